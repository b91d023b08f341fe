package import Transfer
package import Web

extension StageBackend {
  /// Each stands for the channel that is its name, but for the prefix.
  package static func callToken(for channel: String) -> String { CallToken.prefix + channel }

  package func makeCallToken(for channel: String) async throws(Refusal) -> CallToken {
    try checkMood()
    return CallToken(
      secret: Self.callToken(for: channel),
      channel: channel,
      until: WallTime(milliseconds: 1_800_000_000_000)
    )
  }

  package func channel(ofCallToken secret: String) async -> String? {
    secret.hasPrefix(CallToken.prefix) ? String(secret.dropFirst(CallToken.prefix.count)) : nil
  }

  package var version: String { "1" }

  package func offer() async -> TransferOffer {
    TransferOffer(
      departments: [
        Department(name: "billing", spokenName: "the billing team", isStaffed: true),
        Department(name: "night-desk", spokenName: "the night desk", isStaffed: false),
      ],
      topics: ["billing", "a refund"]
    )
  }

  package func apology(in language: LanguageTag?) async -> String? {
    language == LanguageTag("de") ? "Leider konnte ich Sie nicht verbinden." : "Sorry, I couldn't connect you."
  }
}

extension StageBackend {
  /// Asks for a person where the caller says so.
  package func report(_ turn: Turn, on channel: String) async throws(Refusal) -> TurnAnswer {
    try checkMood()
    let trigger = Trigger(name: "asks", target: "alice", reason: "Asks for a person")
    guard turn.text.contains("person") else { return TurnAnswer(TriggerDecision(why: "no trigger")) }
    return TurnAnswer(TriggerDecision(trigger, why: "the caller asks for a person"))
  }
}
