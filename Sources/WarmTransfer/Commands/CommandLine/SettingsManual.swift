import Settings

/// warm_transfer.conf(5), made of the schema.
enum SettingsManual {
  static var lines: [String] {
    var page = Roff("warm_transfer.conf", section: 5, title: "File formats")
    page.heading("NAME")
    page.paragraph("warm_transfer.conf - settings of the warm-transfer service")
    page.heading("DESCRIPTION")
    page.paragraph(
      "\(CommandTable.defaultConfiguration) is written in Asterisk's own syntax: sections, ; comments, key = value, "
        + "key += more, templates [name](!) and [name](template), additions [name](+), #include, #tryinclude, and \\; "
        + "for a semicolon. A relative #include is looked for beside the file, then in /etc/asterisk."
    )
    page.paragraph(
      "\(CommandTable.program) check reports every mistake with its file and line. A running service reads the file again "
        + "on SIGHUP, without touching a call."
    )
    for section in SettingsReference.sections {
      page.heading(section.header)
      if !section.introduction.isEmpty { page.paragraph(section.introduction) }
      for key in section.keys { page.definition(key.name, [key.documentation] + absence(of: key)) }
    }
    page.heading("EXAMPLE")
    page.example([
      "[general]", "ari_password = secret", "", "[billing]", "type = target", "dial = PJSIP/+15559876543@trunk",
      "name = the billing team",
    ])
    page.heading("SEE ALSO")
    page.paragraph("\(CommandTable.program)(8)")
    return page.lines
  }

  private static func absence(of key: SettingsReference.Key) -> [String] {
    switch key.absence {
    case .standsFor(let text): text.isEmpty ? [] : ["Default: \(text)"]
    case .explained(let example): example.isEmpty ? [] : ["Example: \(example)"]
    case .isMistake(let example): ["Required. Example: \(example)"]
    }
  }
}
