import Transfer

/// Rules, and the holidays and time zones that they name.
extension SettingsLoader {
  private static let zoneFolder = "/usr/share/zoneinfo"
  private static let machinesZoneFile = "/etc/localtime"
  /// Those of the database have 4 kB at most.
  private static let largestZone = 65_536

  mutating func rules(by zone: TimeZoneTable) -> [DispatchRule] {
    let calendars = (sectionsOfKind[.holidays] ?? []).map { calendar($0) }
    return (sectionsOfKind[.rule] ?? []).map { rule($0, calendars, by: zone) }
  }

  private mutating func calendar(_ section: ConfSection) -> HolidayCalendar {
    var calendar = HolidayCalendar(name: section.name, days: [])
    reader.read(section, as: Schema.holidays, into: &calendar)
    return calendar
  }

  private mutating func rule(
    _ section: ConfSection,
    _ calendars: [HolidayCalendar],
    by zone: TimeZoneTable
  ) -> DispatchRule {
    var draft = RuleDraft()
    do throws(ValueMistake) {
      try Schema.rule.applyDefaults(to: &draft)
    } catch {
      reader.complain(section.location, error.message)
    }
    let taken = reader.read(section, as: Schema.rule, into: &draft)
    let onDays = taken.contains("holidays") ? holidays(draft.holidays, calendars, in: section) : nil
    return DispatchRule(
      name: section.name,
      conditions: draft.conditions + (onDays.map { [$0] } ?? []),
      decision: decision(draft, taken, in: section),
      dispatcher: dispatcher(draft, in: section),
      priority: draft.priority,
      zone: self.zone(draft.timeZone, in: section, otherwise: zone)
    )
  }

  private mutating func decision(_ draft: RuleDraft, _ taken: Set<String>, in section: ConfSection)
    -> DispatchRule.Decision
  {
    switch (section.entry("target"), section.entry("refuse")) {
    case (.some, .some(let refusal)):
      reader.complain(refusal.location, "target and refuse are both set; keep one")
    case (.none, .none):
      reader.complain(section.location, "[\(section.name)] has neither 'target' nor 'refuse'")
    case (.some(let target), .none): checkDestination(draft.target, taken, at: target.location)
    case (.none, .some): return .refuse(draft.refusal)
    }
    return .ring(draft.target)
  }

  mutating func checkDestination(_ name: String, _ taken: Set<String>, at location: ConfLocation) {
    let kind = kindOfName[name]
    guard taken.contains("target"), kind != .target, kind != .group else { return }
    let near = suggestion(for: name, among: names(of: .target) + names(of: .group))
    reader.complain(location, "target: there is no target or group \(quoted(name))\(near)")
  }

  private mutating func holidays(
    _ text: String,
    _ calendars: [HolidayCalendar],
    in section: ConfSection
  ) -> DispatchRule.Condition? {
    let isNegated = text.first == "!"
    let name = (isNegated ? text.dropFirst() : text[...]).trimmingBlanks
    if let calendar = calendars.first(where: { $0.name == name }) {
      return isNegated ? .noHoliday(in: calendar) : .holiday(in: calendar)
    }
    if let entry = section.entry("holidays") {
      let near = suggestion(for: name, among: calendars.map(\.name))
      reader.complain(entry.location, "holidays: there is no section \(quoted(name)) of type = holidays\(near)")
    }
    return nil
  }

  private mutating func dispatcher(_ draft: RuleDraft, in section: ConfSection) -> DispatchRule.Dispatcher? {
    let secret = secret(draft.dispatchSecret, .webhookSecret, in: section)
    guard !draft.dispatchURL.isEmpty else {
      warn(aboutDispatcherKeysOf: section)
      return nil
    }
    return DispatchRule.Dispatcher(
      url: draft.dispatchURL,
      timeout: .milliseconds(draft.dispatchTimeout),
      secret: secret.exposed.isEmpty ? nil : secret,
      spokenName: draft.dispatchName,
      dialPattern: draft.dispatchDial
    )
  }
}

/// Time zones, from the system's database.
extension SettingsLoader {
  /// What the machine's clock shows; UTC where nobody has set it up.
  var machinesZone: TimeZoneTable {
    do {
      return try TimeZoneTable(name: "local time", parsing: files.read(Self.machinesZoneFile, Self.largestZone))
    } catch {
      return .utc
    }
  }

  mutating func zone(_ name: String, in section: ConfSection, otherwise: TimeZoneTable) -> TimeZoneTable {
    guard let entry = section.entry("timezone"), !name.isEmpty else { return otherwise }
    if name == TimeZoneTable.utc.name { return .utc }
    do throws(ConfFiles.ReadError) {
      let file = try files.read("\(Self.zoneFolder)/\(name)", Self.largestZone)
      do throws(TimeZoneTable.ParseError) {
        return try TimeZoneTable(name: name, parsing: file)
      } catch {
        reader.complain(entry.location, "timezone: the file of \(quoted(name)) in \(Self.zoneFolder) \(error)")
      }
    } catch {
      let reason = error.kind == .missing ? "there is no time zone \(quoted(name))" : "\(quoted(name)): \(error)"
      reader.complain(entry.location, "timezone: \(reason) in \(Self.zoneFolder)")
    }
    return otherwise
  }
}
