import ARI
import Settings
import Transfer
import Web

/// What the coordinator wants done by others, who tell it what came of it.
enum Work: Sendable {
  /// Answered under the ticket.
  case ask(Int, AsteriskRequest, of: PBXName, attempt: Int)
  /// Answered with an event of the transfer. Its own is what no other caller may hear.
  case speak(SpeechID, Wording, Voice, for: TransferID, isOwn: Bool)
  case discardSpeech(TransferID)
  case askDispatcher(DispatchRule.Dispatcher, TransferRequest)
  case summarize(SummaryModel, TransferRequest)
  /// Answered with `readBrief`.
  case readBrief(BriefToken, of: ChannelID)
  /// What has been carried out, for those who follow transfers from outside.
  case report(Switchboard.Step)
  /// What has become of a caller whom the API has asked for.
  case handedOver(ticket: Int, Result<TransferID, Refusal>)
  /// All that is there has been seen, and what happened meanwhile is known; or Asterisk would not show it.
  case reconnected(PBXName, ARIError?)
}
