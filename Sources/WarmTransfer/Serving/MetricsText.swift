import Runtime

/// Metrics in the text format of Prometheus.
struct MetricsText: Sendable {
  enum Kind: String, Sendable {
    case counter, gauge
  }

  typealias Labels = [(String, String)]

  private(set) var text = ""

  /// `name` without the prefix that all of them have.
  mutating func add(_ name: String, _ kind: Kind, _ meaning: String, _ samples: [(Labels, Double)]) {
    head(name, kind.rawValue, meaning)
    let lines = samples.map { labels, value in Self.sample(name, labels, value) }
    for line in lines.sorted() { text += line }
  }

  mutating func add(_ name: String, _ meaning: String, _ histograms: [(Labels, Histogram)]) {
    head(name, "histogram", meaning)
    for (labels, histogram) in histograms {
      for (bound, count) in zip(histogram.bounds, histogram.counts) {
        text += Self.sample(name + "_bucket", labels + [("le", Self.written(bound))], Double(count))
      }
      text += Self.sample(name + "_bucket", labels + [("le", "+Inf")], Double(histogram.count))
      text += Self.sample(name + "_sum", labels, histogram.sum / .seconds(1))
      text += Self.sample(name + "_count", labels, Double(histogram.count))
    }
  }

  private mutating func head(_ name: String, _ kind: String, _ meaning: String) {
    text += "# HELP warm_transfer_\(name) \(meaning)\n# TYPE warm_transfer_\(name) \(kind)\n"
  }

  private static func sample(_ name: String, _ labels: Labels, _ value: Double) -> String {
    let list = labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
    return "warm_transfer_\(name)\(list.isEmpty ? "" : "{\(list)}") \(written(value))\n"
  }

  private static func written(_ value: Double) -> String {
    Double(Int64(exactly: value) ?? 0) == value ? String(Int64(value)) : value.description
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
