import Transfer

/// `; did you mean 'ring_timeout'?`, or nothing when no candidate is near.
package func suggestion(
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
