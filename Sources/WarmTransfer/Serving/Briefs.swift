import Store
import Transfer
import Transport
import Web

// What somebody says of a call that is about to come.
extension ServiceBackend {
  /// The call follows at once, or never.
  private static let briefLasts: Duration = .seconds(15 * 60)
  private static let mostBriefs = 10_000

  func keep(_ brief: Brief) async throws(Refusal) -> KeptBrief {
    if let target = brief.target, await !coordinator.settings.knows(target) { throw .unknownTarget(target) }
    var random = SystemRandomNumberGenerator()
    let token = BriefToken(from: &random)
    let now = SystemClock().wall
    let kept = KeptBrief(token: token, until: now + Self.briefLasts)
    let isKept: Bool
    do throws(JournalError) {
      isKept = try await journal.keep(brief, as: token.digest, until: kept.until, most: Self.mostBriefs, at: now)
    } catch {
      throw .unwritable(error)
    }
    guard isKept else { throw .tooManyContexts }
    return kept
  }
}

extension BriefToken {
  /// By which it is kept.
  var digest: String { Secrets.hexadecimal(Secrets.sha256(Array(description.utf8))) }
}
