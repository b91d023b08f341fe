import Transfer
import Web

/// A caller whom the API has asked for, while another application lets them go and they come into ours.
struct Handover: Sendable {
  /// How long that may take; Asterisk does it in milliseconds.
  static let limit: Duration = .seconds(5)

  let order: TransferOrder
  let answer: CheckedContinuation<Result<TransferID, Refusal>, Never>
}
