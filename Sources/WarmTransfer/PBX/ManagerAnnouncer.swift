import ARI
import Runtime
import Transfer

/// Tells each change of phase to those who listen at Asterisk's manager interface, one after the other, beside the calls.
///
/// Asterisk tells it only of a channel that is there: of a caller who has hung up the end is told by the shipped
/// dialplan.
struct ManagerAnnouncer: Sendable {
  private struct Announcement: Sendable {
    let channel: String
    let fields: [String: String]
  }

  static let event = "WarmTransfer"
  /// When Asterisk does not answer, the oldest are left out: nobody keeps a transfer waiting for them.
  private static let limit = 1_000
  private static let patience: Duration = .milliseconds(500)

  private let ari: ARIClient
  private let log: Log
  private let announcements: AsyncStream<Announcement>
  private let new: AsyncStream<Announcement>.Continuation

  init(_ ari: ARIClient, _ log: Log) {
    self.ari = ari
    self.log = log
    (announcements, new) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.limit))
  }

  /// Nobody is told of a callback, which has no channel of its own.
  func announce(_ step: Switchboard.Step) {
    if step.channel.isEmpty { return }
    for change in step.changes {
      new.yield(Announcement(channel: step.channel, fields: change.fields(of: step.transfer)))
    }
  }

  func run() async {
    for await announcement in announcements {
      do throws(ARIError) {
        try await ari.events.tell(Self.event, announcement.fields, of: announcement.channel, within: Self.patience)
      } catch {
        log.debug("could not send a user event", ["reason": error])
      }
    }
  }
}

extension PhaseChange {
  /// Nothing of it comes from a caller or from an API: a manager event is made of lines.
  fileprivate func fields(of transfer: TransferID) -> [String: String] {
    let known: [String: String?] = [
      "Transfer": transfer.description, "Phase": phase.rawValue, "Target": target, "Result": result?.rawValue,
      "Cause": cause?.rawValue, "Wait": String(wait.milliseconds / 1_000), "SignedOff": signedOff,
    ]
    return known.compactMapValues { $0 }
  }
}
