import Runtime
import Transfer
import Transport
import Web

/// Simulations that are asked for over the API. Each is a process of its own, so that nothing that somebody pastes keeps
/// this one's voice busy, takes its memory, or ends it.
actor Playground {
  private static let limits = LimitedProcess.Limits(time: .seconds(20), output: 16 << 20, memory: 2 << 30)
  private static let longestReason = 2_000
  /// Nobody connected is a good answer, too.
  private static let goodStatuses: Set<Int32> = [0, 1]

  private let program: String
  private let configuration: String
  private var isRunning = false

  /// With this program, which is the service's own, and its conf file.
  init(program: String = "/proc/self/exe", configuration: String) {
    (self.program, self.configuration) = (program, configuration)
  }

  func simulate(_ asked: SimulationAsked) async throws(Refusal) -> JSON {
    guard !isRunning else { throw .notAcceptingNow("another simulation is running") }
    isRunning = true
    defer { isRunning = false }
    let child = LimitedProcess(
      program,
      asked.words(configuration: asked.conf == nil ? configuration : "-"),
      goodStatuses: Self.goodStatuses,
      limits: Self.limits
    )
    let output: [UInt8]
    do throws(LimitedProcess.Failure) {
      output = try await child.output(of: Array((asked.conf ?? "").utf8))
    } catch {
      throw Self.refusal(error)
    }
    do throws(JSONError) {
      return try JSON(parsing: output)
    } catch {
      throw .notAcceptingNow("the simulation has failed: \(error)")
    }
  }

  private static func refusal(_ failure: LimitedProcess.Failure) -> Refusal {
    guard case .exited(let status, let said) = failure else {
      return .notAcceptingNow("the simulation has failed: \(failure)")
    }
    let why = String(said.prefix(longestReason))
    return switch status {
    case 64: .invalid(field: "the call", why: why)
    case 78: .invalid(field: "conf", why: why)
    default: .notAcceptingNow("the simulation has failed: \(failure)")
    }
  }
}

extension SimulationAsked {
  /// A value that is the name of an option is a mistake, never that option.
  fileprivate func words(configuration: String) -> [String] {
    let values: [(String, String?)] = [
      ("config", configuration), ("topic", context.topic), ("target", target), ("caller", callerNumber),
      ("caller-name", context.callerName), ("reason", context.reason), ("summary", context.summary),
      ("next-action", context.nextAction), ("language", context.language?.description), ("at", moment),
      ("tries", tries > 0 ? String(tries) : nil), ("answer", answers),
      ("hang-up-after", hangsUpAfter.map(String.init)), ("opt-out-after", optsOutAfter.map(String.init)),
    ]
    let facts = context.facts.map { ("fact", "\($0.name)=\($0.value)") }
    let given = (values.map { ($0, $1 ?? "") } + facts).filter { !$0.1.isEmpty }
    return ["simulate", "--json", "--sounds", "-"] + given.flatMap { ["--\($0)", $1] }
  }
}
