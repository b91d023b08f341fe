internal import Synchronization

/// How often something took how long, in the form in which Prometheus collects it.
package struct Histogram: Equatable, Sendable {
  /// Upper ends in seconds, in order.
  package let bounds: [Double]
  /// How many did not exceed each.
  package private(set) var counts: [Int]
  package private(set) var count = 0
  package private(set) var sum: Duration = .zero

  package init(upTo bounds: [Double]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count)
  }

  package mutating func note(_ duration: Duration) {
    count += 1
    sum += duration
    let seconds = duration / .seconds(1)
    var index = bounds.count
    while index > 0, seconds <= bounds[index - 1] {
      index -= 1
      counts[index] += 1
    }
  }
}

/// The same for any number of threads.
package final class SharedHistogram: Sendable {
  private let histogram: Mutex<Histogram>

  package init(upTo bounds: [Double]) { histogram = Mutex(Histogram(upTo: bounds)) }

  package var value: Histogram { histogram.withLock { $0 } }

  package func note(_ duration: Duration) { histogram.withLock { $0.note(duration) } }
}
