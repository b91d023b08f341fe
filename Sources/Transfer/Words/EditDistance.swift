/// How many bytes to add, drop, change or swap with their neighbour make one word of the other.
package func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.utf8)
  let right = Array(right.utf8)
  var rows = [Array(0...right.count)]
  for row in 0..<left.count {
    var current = [row + 1]
    for column in 0..<right.count {
      let change = rows[row][column] + (left[row] == right[column] ? 0 : 1)
      var best = min(change, rows[row][column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        best = min(best, rows[row - 1][column - 1] + 1)
      }
      current.append(best)
    }
    rows.append(current)
  }
  return rows[left.count][right.count]
}
