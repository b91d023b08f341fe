import Settings
import Transfer

extension Settings {
  private static let mostFixedTexts = 200

  /// What engines are to have made before anybody calls: what callers hear in each language, and the people who answer.
  var fixedTexts: [FixedText] {
    let parties = targets.map { Party($0) } + groups.compactMap { party(named: $0.name) }
    let toCallers = languages.flatMap { phrases -> [FixedText] in
      let policy = transfer.speaking(phrases, as: phrases.tag)
      return parties.flatMap { party in texts(Briefing.fixedTexts(of: party, for: policy), policy.voice) }
    }
    let toPeople = targets.flatMap { texts(Briefing.fixedTexts(of: $0), $0.policy.voice) }
    var seen: Set<FixedText> = []
    let all = (toPeople + toCallers).filter { !$0.text.isEmpty && seen.insert($0).inserted }
    return Array(all.prefix(Self.mostFixedTexts))
  }

  private func texts(_ texts: [String], _ voice: Voice) -> [FixedText] {
    voice.engine == nil ? [] : texts.map { FixedText(text: $0, voice: voice) }
  }
}
