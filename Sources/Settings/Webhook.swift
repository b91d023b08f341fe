package import Transfer

/// `type = webhook`: a web server that is told what becomes of transfers.
package struct Webhook: Equatable, Sendable {
  /// Each has its own places at the post office, see the service.
  package static let most = 16

  /// The section's.
  package var name: String
  package var url = ""
  /// `whsec_` and base64.
  package var secret = Secret("")
  /// The phases that it is told of.
  package var events: [TransferMachine.Phase] = []
  /// How long an answer may take.
  package var timeout = Duration.zero
  /// How long one event is tried.
  package var giveUpAfter = Duration.zero

  package init(name: String) { self.name = name }
}

/// A webhook while it is read. Empty: not written.
struct WebhookDraft {
  var webhook: Webhook
  var secret = ""
  var secretFile = ""
}

extension Schema {
  static let webhook: [SettingKey<WebhookDraft>] = [
    kind(.webhook, "A web server that is told of each step of each transfer."),
    .init(
      "url",
      "Where each event is posted as JSON.",
      .isMistake(example: "https://crm.example.org/transfers"),
      .webAddress,
      into: \.webhook.url
    ),
    .init(
      "secret",
      "What it is signed with, as Standard Webhooks has it: whsec_ and Base64 of 24 bytes or more.",
      .explained(example: "whsec_Y2hhbmdlIG1lIGFuZCBjaGFuZ2UgbWUh"),
      .webhookSecret,
      into: \.secret
    ),
    .init(
      "secret_file",
      "Or a file whose first line is the secret; not both.",
      .explained(example: "/etc/asterisk/warm_transfer.webhook"),
      .absolutePath,
      into: \.secretFile
    ),
    .init(
      "events",
      "The phases that it wants to be told of.",
      .standsFor("requested, held, ringing, briefing, merging, connected, returning, ended"),
      .list(of: .oneOf),
      into: \.webhook.events
    ),
    .init("timeout", "How long its answer may take.", .standsFor("10"), .seconds(1...60), into: \.webhook.timeout),
    .init(
      "give_up_after",
      "How long an event is tried that it does not take. Seconds, or 90m.",
      .standsFor("1440m"),
      .seconds(1...7 * 24 * 3600),
      into: \.webhook.giveUpAfter
    ),
  ]
}
