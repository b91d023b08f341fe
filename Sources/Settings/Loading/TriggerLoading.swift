import Transfer

extension SettingsLoader {
  mutating func triggers() throws(ValueMistake) -> [Trigger] {
    var blank = TriggerDraft(trigger: Trigger(name: ""))
    try Schema.trigger.applyDefaults(to: &blank)
    return (sectionsOfKind[.trigger] ?? []).map { trigger($0, blank) }
  }

  private mutating func trigger(_ section: ConfSection, _ blank: TriggerDraft) -> Trigger {
    var draft = blank
    draft.trigger.name = section.name
    let mistakes = reader.mistakes.count
    let taken = reader.read(section, as: Schema.trigger, into: &draft)
    let words = draft.asksForPerson ? draft.words.withShipped : draft.words
    if !words.isEmpty { draft.trigger.conditions.insert(.says(words), at: 0) }
    // One that cannot be read is one.
    if draft.trigger.conditions.isEmpty, reader.mistakes.count == mistakes {
      reader.complain(section.location, "[\(section.name)] has no condition, such as failed_turns = 3")
    }
    if let target = draft.trigger.target, taken.contains("target"), let entry = section.entry("target") {
      checkDestination(target, taken, at: entry.location)
    }
    return draft.trigger
  }
}

extension RequestWords {
  fileprivate var withShipped: RequestWords {
    var all = self
    for (name, words) in Self.shipped {
      guard let language = LanguageTag(name) else { continue }
      all.byLanguage[language, default: []] += words
    }
    return all
  }
}
