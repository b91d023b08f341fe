import Store
import Transfer
import Web

/// What is known of a caller before they come, and how it is found.
enum CallBriefs {
  /// In which the dialplan says the token.
  static let variable = "WT_BRIEF"

  enum Knowledge: Equatable, Sendable {
    /// The call names none.
    case none
    case awaited
    case known(Brief)
    /// Nobody has left it, its time is up, or another call has used it.
    case unknown
    case unreadable
  }
}

extension TransferOrder {
  init(_ brief: Brief, of channel: String) {
    self.init(
      channel: channel,
      target: brief.target,
      priority: brief.priority,
      context: brief.context,
      requestedBy: brief.postedBy
    )
  }
}

extension JournalWriter {
  func brief(_ token: BriefToken, of channel: ChannelID, at now: WallTime) async -> CallBriefs.Knowledge {
    do throws(JournalError) {
      return try await useBrief(token.digest, for: "\(channel.pbx.rawValue) \(channel.id)", at: now).map { .known($0) }
        ?? .unknown
    } catch {
      return .unreadable
    }
  }
}
