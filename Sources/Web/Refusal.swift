package import Transfer

/// Why the service does not do what the API was asked for. Each has a code of its own, which does not change.
package enum Refusal: Error, Equatable, Sendable {
  case unknownTransfer
  case unknownMessage
  case unknownCallback
  /// The conf file does not say how callers are dialed.
  case noCallbacks
  /// This number is to be called back already.
  case callbackOpen(TransferID)
  case alreadyEnded
  /// There is nobody just now who could accept or decline.
  case notRinging
  /// Accept or decline, and several people are rung: whose word is it?
  case targetNeeded
  case alreadyDecided

  case channelGone
  /// Only a channel in a Stasis app can be taken over; the dialplan hands one over itself.
  case channelInDialplan
  /// It talks to somebody, in a bridge of no application.
  case channelInBridge
  case channelAlreadyOurs(TransferID)
  /// The app that has it, or ours, did not let it go or did not take it.
  case channelNotHandedOver(String)

  case unknownTarget(String)
  /// Neither the order nor a rule leads to anybody.
  case noTarget
  case unknownAgent
  case unknownContext
  /// As many contexts are kept as may be.
  case tooManyContexts

  case tooLarge(field: String, limit: Int)
  case invalid(field: String, why: String)

  /// The service stops, or its journal cannot be written.
  case notAcceptingNow(String)
  case asteriskAway
}
