internal import Glibc

/// Changes a rate by a fixed ratio. Of the `up` filters that the ratio has, one for each place that a new sample can
/// have between two old ones, each is computed once a process.
///
/// By hand because the rates are known: speexdsp, which interpolates its filter for any rate, took longer than the
/// synthesis itself, and this takes a seventh of that with no more of what is above the band.
struct PolyphaseFilter: Sendable {
  /// 22.05 kHz to 16 kHz. Whole to 6.8 kHz, and nothing above 8.1 kHz comes back as something else.
  static let wideFromSpoken = PolyphaseFilter(up: 320, down: 441, taps: 96, passing: 7_450.0 / 22_050)
  /// 16 kHz to 8 kHz. Whole to 3.4 kHz, and nothing above 4.1 kHz comes back as something else.
  static let narrowFromWide = PolyphaseFilter(up: 1, down: 2, taps: 128, passing: 3_735.0 / 16_000)

  private typealias Vector = SIMD4<Float>

  /// New samples that are made together: they need the same filter, which is read once for all of them.
  private static let lanes = 4
  /// So that what they are made of stays in the processor's nearest cache.
  private static let madeAtOnce = 1_280
  /// Kaiser's, for 88 dB: below the noise of 16 bits.
  private static let windowShape = 8.7

  private let up: Int
  private let down: Int
  private let taps: Int
  /// `taps` factors for each place between two samples.
  private let factors: [Float]

  /// Between any two rates of which one goes into the other often enough: nil for those that would need too many filters.
  init?(from rate: Int, to target: Int) {
    guard Self.rates.contains(rate) else { return nil }
    let divisor = Self.greatestDivisor(rate, target)
    let (up, down) = (target / divisor, rate / divisor)
    guard up <= Self.mostFilters else { return nil }
    let share = Double(max(rate, target)) / Double(target)
    let taps = Int((96 * share / 4).rounded(.up)) * 4
    self.init(up: up, down: down, taps: taps, passing: 0.465 * Double(min(rate, target)) / Double(rate))
  }

  /// Those of telephones and of studios.
  private static let rates = 8_000...192_000
  private static let mostFilters = 640

  private static func greatestDivisor(_ first: Int, _ second: Int) -> Int {
    var (first, second) = (first, second)
    while second != 0 { (first, second) = (second, first % second) }
    return first
  }

  /// `passing` is where half is left, as a share of the rate that is made smaller; `taps` is a multiple of four.
  private init(up: Int, down: Int, taps: Int, passing: Double) {
    self.up = up
    self.down = down
    self.taps = taps
    factors = (0..<up).flatMap { place in
      let filter = (0..<taps).map { tap in
        let distance = Double(tap - taps / 2 + 1) - Double(place) / Double(up)
        let angle = 2 * Double.pi * passing * distance
        return (angle == 0 ? 1 : sin(angle) / angle) * Self.window(at: 2 * distance / Double(taps))
      }
      let sum = filter.reduce(0, +)
      return filter.map { Float($0 / sum) }
    }
  }

  /// From -1 to 1.
  private static func window(at place: Double) -> Double {
    bessel(windowShape * max(0, 1 - place * place).squareRoot()) / bessel(windowShape)
  }

  /// The modified function of the first kind and order zero.
  private static func bessel(_ x: Double) -> Double {
    var (sum, term, index) = (1.0, 1.0, 1.0)
    while term > sum * 1e-12 {
      term *= (x / 2 / index) * (x / 2 / index)
      sum += term
      index += 1
    }
    return sum
  }

  /// As long as what it is made of, to the sample, and not delayed. Before the first sample and after the last is silence.
  func convert(_ samples: [Int16]) -> [Int16] {
    let count = (samples.count * up + down / 2) / down
    let rounds = max(1, Self.madeAtOnce / up / Self.lanes)
    let (made, used) = (rounds * up * Self.lanes, rounds * down * Self.lanes)
    return samples.withUnsafeBufferPointer { samples in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: used + taps) { input in
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: made) { output in
          var converted: [Int16] = []
          converted.reserveCapacity(count)
          var start = 1 - taps / 2
          while converted.count < count {
            Self.fill(input, from: start, of: samples)
            for round in 0..<rounds { convert(input, into: output, round: round) }
            converted.append(contentsOf: output.prefix(count - converted.count))
            start += used
          }
          return converted
        }
      }
    }
  }

  private static func fill(
    _ input: UnsafeMutableBufferPointer<Float>,
    from start: Int,
    of samples: UnsafeBufferPointer<Int16>
  ) {
    let first = min(max(0, -start), input.count)
    let end = max(first, min(input.count, samples.count - start))
    for index in 0..<first { input[index] = 0 }
    for index in first..<end { input[index] = Float(samples[start &+ index]) }
    for index in end..<input.count { input[index] = 0 }
  }

  /// Four times `up` samples out of four times `down`.
  private func convert(
    _ input: UnsafeMutableBufferPointer<Float>,
    into output: UnsafeMutableBufferPointer<Int16>,
    round: Int
  ) {
    guard let start = UnsafeRawPointer(input.baseAddress), let made = output.baseAddress else { return }
    let size = MemoryLayout<Float>.size
    let (input, output) = (start + round * Self.lanes * down * size, made + round * Self.lanes * up)
    factors.withUnsafeBytes { factors in
      guard let factors = factors.baseAddress else { return }
      var (place, position) = (0, 0)
      for index in 0..<up {
        let sums = Self.sums(factors + place * taps * size, taps, input + position * size, apart: down * size)
        for lane in 0..<Self.lanes { output[index + lane * up] = Int16(roundedToFit: sums[lane]) }
        place += down
        while place >= up {
          place -= up
          position += 1
        }
      }
    }
  }

  /// The same filter at four places of the input, so many bytes apart.
  @inline(__always)
  private static func sums(
    _ factors: UnsafeRawPointer,
    _ taps: Int,
    _ input: UnsafeRawPointer,
    apart distance: Int
  ) -> Vector {
    var (first, second, third, fourth) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    let (beside, behind, last) = (input + distance, input + 2 * distance, input + 3 * distance)
    let end = taps * MemoryLayout<Float>.size
    var offset = 0
    while offset < end {
      let factor = factors.loadUnaligned(fromByteOffset: offset, as: Vector.self)
      first += factor * input.loadUnaligned(fromByteOffset: offset, as: Vector.self)
      second += factor * beside.loadUnaligned(fromByteOffset: offset, as: Vector.self)
      third += factor * behind.loadUnaligned(fromByteOffset: offset, as: Vector.self)
      fourth += factor * last.loadUnaligned(fromByteOffset: offset, as: Vector.self)
      offset &+= MemoryLayout<Vector>.size
    }
    return clamped(Vector(sum(first), sum(second), sum(third), sum(fourth)))
  }

  @inline(__always)
  private static func sum(_ vector: Vector) -> Float {
    let halves = vector.lowHalf + vector.highHalf
    return halves.x + halves.y
  }

  /// A filter overshoots what is loud.
  @inline(__always)
  private static func clamped(_ sums: Vector) -> Vector {
    let (lowest, highest) = (Vector(repeating: -32_768), Vector(repeating: 32_767))
    let raised = sums.replacing(with: lowest, where: sums .< lowest)
    return raised.replacing(with: highest, where: raised .> highest)
  }
}
