/// `; did you mean 'ring_timeout'?`, or nothing when no candidate is near.
func suggestion(
  for word: String,
  among candidates: [String],
  written: (String) -> String = { "'\($0)'" }
) -> String {
  let longest = 40
  let mostCandidates = 200
  guard word.count <= longest else { return "" }
  let allowed = word.count < 3 ? 0 : word.count / 3
  let near = candidates.filter { abs($0.count - word.count) <= allowed }.prefix(mostCandidates).map {
    (name: $0, distance: editDistance(word.lowercased(), $0))
  }
  .filter { $0.distance <= allowed && $0.name != word }
  .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
  return near.map { "; did you mean \(written($0.name))?" } ?? ""
}

/// How many bytes to add, drop, change or swap with their neighbour make one word of the other.
func editDistance(_ left: String, _ right: String) -> Int {
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
