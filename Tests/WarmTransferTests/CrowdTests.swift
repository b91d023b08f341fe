import Foundation
import Glibc
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// What a transfer costs the coordinator while many others are under way. The figures are printed, and nobody's to pass or
/// to fail; `TRANSFERS_AT_ONCE=10,100,1000,10000` asks for larger crowds.
@Suite struct CrowdTests {
  private static let crowds =
    ProcessInfo.processInfo.environment["TRANSFERS_AT_ONCE"]?.split(separator: ",").compactMap { Int($0) } ?? [10, 100]
  private static let measured = 100

  /// Callers who come one after the other, each the next number.
  private struct Callers {
    var stage: Stage
    private var last = 0

    init(_ conf: String) throws {
      stage = try Stage(conf: "[billing]\ntype = target\ndial = PJSIP/billing\namd = off\n" + conf)
      try stage.connects()
      stage.obeys()
    }

    private func id(_ number: Int) throws -> TransferID { try #require(TransferID("k\(number + 2)")) }
    private func caller(_ number: Int) throws -> ARIChannel { try Stage.channel("caller.\(number)") }

    private func phone(_ number: Int) throws -> ARIChannel {
      try Stage.channel(AsteriskNames(transfer: id(number)).leg(LegID(1)))
    }

    func phase(of number: Int) throws -> TransferMachine.Phase? {
      stage.coordinator.switchboard.machines[try id(number)]?.phase
    }

    private mutating func hears(_ event: ARIEvent) {
      stage.tell { $0.heard(event, from: .main, at: $1) }
      stage.obeys()
    }

    /// On hold, and somebody is rung for them if somebody is free.
    mutating func comes() throws -> Int {
      last += 1
      stage.now = stage.now + .milliseconds(1)
      let channel = try caller(last)
      stage.tell { $0.heard(.stasisStart(channel, arguments: [], replaces: nil), from: .main, at: $1) }
      let variables = ["WT_TARGET": "billing", "TIMEOUT(absolute)": "100"]
      try stage.answer(.success(.values(variables))) { if case .variables = $0 { true } else { false } }
      stage.obeys()
      return last
    }

    mutating func isJoined(_ number: Int) throws {
      let id = try id(number)
      hears(.stasisStart(try phone(number), arguments: ["agent", "\(id)", "1"], replaces: nil))
      let words = SpokenMedia(file: "briefing", length: .seconds(9))
      stage.tell { $0.post(.speechReady(.briefing(LegID(1)), words), to: id, at: $1) }
      stage.obeys()
      hears(.digitReceived("1", try phone(number)))
      let members = try [caller(number), phone(number)].map { JSON.string($0.id) }
      let bridge = try ARIBridge(["id": .string(AsteriskNames(transfer: id).bridge), "channels": .array(members)])
      hears(.channelEnteredBridge(try phone(number), bridge))
    }

    mutating func hangsUp(_ number: Int) throws {
      hears(.channelDestroyed(try caller(number), cause: 16))
      hears(.channelDestroyed(try phone(number), cause: 16))
    }
  }

  private static func microseconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) * 1_000_000 + Double(time.tv_nsec) / 1_000
    }
    let start = now()
    try body()
    return (now() - start) / Double(measured)
  }

  private static func report(_ what: String, _ costs: [(crowd: Int, microseconds: Double)]) {
    let least = costs.first?.microseconds ?? 1
    for (crowd, cost) in costs {
      print("\(what), \(crowd) others: \(Int(cost)) us each, \((cost / least * 100).rounded() / 100) of the first")
    }
  }

  @Test func othersAreRungMeanwhile() throws {
    var costs: [(Int, Double)] = []
    for crowd in Self.crowds {
      var callers = try Callers("calls_at_once = 10000\n")
      for _ in 0..<crowd {
        let number = try callers.comes()
        #expect(try callers.phase(of: number) == .ringing)
      }
      let cost = try Self.microseconds {
        for _ in 0..<Self.measured {
          let number = try callers.comes()
          try callers.isJoined(number)
          #expect(try callers.phase(of: number) == .connected)
          try callers.hangsUp(number)
          #expect(try callers.phase(of: number) == nil)
        }
      }
      costs.append((crowd, cost))
      #expect(callers.stage.transfers == crowd)
    }
    Self.report("a whole transfer", costs)
  }

  /// One person takes all of them, one after the other.
  @Test func othersWaitForTheSamePerson() throws {
    var costs: [(Int, Double)] = []
    for crowd in Self.crowds {
      var callers = try Callers("calls_at_once = 1\n")
      for _ in 0..<(crowd + Self.measured) { _ = try callers.comes() }
      let cost = try Self.microseconds {
        for number in 1...Self.measured {
          #expect(try [number, number + 1].map(callers.phase) == [.ringing, .held])
          try callers.isJoined(number)
          try callers.hangsUp(number)
        }
      }
      costs.append((crowd, cost))
      #expect(callers.stage.transfers == crowd)
    }
    Self.report("the next in the line", costs)
  }
}
