/// What callers have left for those who could not be had.
extension CommandTable {
  private static let id = CommandDescription.Operand(name: "ID")
  private static let noService = CommandDescription.ExitCode(code: 69, meaning: "the service does not run")

  static let messages = CommandDescription(
    name: "messages",
    options: [json("as GET /v1/messages answers"), config],
    summary: "list the messages that callers have left, newest first",
    details: ["The newest \(RunningService.mostMessages). A message is * while it is new.", byControlFile],
    exitCodes: [noService]
  )

  static let saveMessage = CommandDescription(
    name: "messages save",
    operands: [id],
    options: [
      .init(name: "-o", value: "FILE.wav", summary: "the file to write", takes: .file, isNeeded: true), config,
    ],
    summary: "write what the caller said to a WAVE file, and mark the message as heard",
    details: [byControlFile],
    exitCodes: [noService]
  )

  static let deleteMessage = CommandDescription(
    name: "messages delete",
    operands: [id],
    options: [config],
    summary: "delete a message and its recording",
    details: [byControlFile],
    exitCodes: [noService]
  )
}
