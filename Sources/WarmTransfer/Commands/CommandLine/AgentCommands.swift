/// With which agents come to their screen, and go from it.
extension CommandTable {
  private static let name = CommandDescription.Operand(name: "NAME")

  static let linkAgent = CommandDescription(
    name: "agents link",
    operands: [name],
    options: [config],
    summary: "make a link with which an agent signs in to the desk",
    details: [
      "NAME is a target of the conf file. The link works once, within 15 minutes; the browser then stays signed in for 12 "
        + "hours. It shows the calls of this agent alone.", byControlFile,
    ],
    exitCodes: [.init(code: 69, meaning: "the service does not run")]
  )

  static let signOutAgent = CommandDescription(
    name: "agents sign-out",
    operands: [name],
    options: [config],
    summary: "end every link and every signed-in browser of an agent",
    details: [byControlFile],
    exitCodes: [.init(code: 69, meaning: "the service does not run")]
  )
}
