/// warm-transfer(8), made of the table of commands.
enum CommandManual {
  static var lines: [String] {
    var page = Roff(CommandTable.program, section: 8, title: "System administration")
    page.heading("NAME")
    page.paragraph("\(CommandTable.program) - warm transfers for Asterisk")
    page.heading("SYNOPSIS")
    for command in CommandTable.all {
      page.paragraph(bold: "\(CommandTable.program) \(command.name)", command.usage.joined(separator: " "))
    }
    page.heading("DESCRIPTION")
    page.paragraph(
      "A service beside Asterisk. The dialplan or an API request hands it a caller; it holds the caller on music, rings "
        + "a person, tells them in private who is calling and why, waits for their key, and joins the two. If nobody "
        + "takes the call, the caller goes back to the dialplan with a reason in WT_RESULT and WT_CAUSE."
    )
    page.heading("COMMANDS")
    for command in CommandTable.all { describe(command, on: &page) }
    page.heading("EXIT STATUS")
    for code in CommandTable.exitCodes { page.definition("\(code.code)", [code.meaning.capitalizedFirst + "."]) }
    page.heading("FILES")
    page.definition(CommandTable.defaultConfiguration, ["The settings; see warm_transfer.conf(5)."])
    page.definition(
      "/var/lib/warm-transfer",
      ["The database with all transfers, and in sounds what is spoken, which Asterisk plays from there."]
    )
    page.heading("SEE ALSO")
    page.paragraph("warm_transfer.conf(5), asterisk(8)")
    return page.lines
  }

  private static func describe(_ command: CommandDescription, on page: inout Roff) {
    page.subheading(([command.name] + command.operands.map(\.usage)).joined(separator: " "))
    page.paragraph(([command.summary.capitalizedFirst + "."] + command.details).joined(separator: " "))
    for option in command.options { page.definition(option.usage, [option.summary.capitalizedFirst + "."]) }
    for code in command.exitCodes { page.definition("exit status \(code.code)", [code.meaning.capitalizedFirst + "."]) }
  }
}
