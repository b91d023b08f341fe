import Transfer

/// A webhook while it is read.
struct WebhookDraft {
  var webhook: Webhook
  var secret = SecretDraft("secret")
}

extension Schema {
  static let webhook: [SettingKey<WebhookDraft>] = [
    kind(.webhook, "A web server that is notified of every step of every transfer."),
    .init(
      "url",
      "URL that events are posted to, as JSON.",
      .isMistake(example: "https://crm.example.org/transfers"),
      .webAddress,
      into: \.webhook.url
    ),
    .init(
      "secret",
      "Secret that signs events (Standard Webhooks): whsec_ and Base64 of 24 bytes or more.",
      .explained(example: ValueSyntax<String>.sampleWebhookSecret),
      .webhookSecret,
      into: \.secret.written
    ),
    .init(
      "secret_file",
      "Or: a file whose first line is the secret. Set only one of the two.",
      .explained(example: "/etc/asterisk/warm_transfer.webhook"),
      .absolutePath,
      into: \.secret.file
    ),
    .init(
      "events",
      "Phases to send.",
      .standsFor("requested, held, ringing, briefing, merging, connected, returning, ended"),
      .list(of: .oneOf),
      into: \.webhook.events
    ),
    .init(
      "timeout",
      "Longest wait for its answer, in seconds.",
      .standsFor("10"),
      .seconds(1...60),
      into: \.webhook.timeout
    ),
    .init(
      "give_up_after",
      "How long an event is retried. Seconds, or 90m.",
      .standsFor("1440m"),
      .seconds(1...7 * 24 * 3600),
      into: \.webhook.giveUpAfter
    ),
  ]
}
