/// Callers who are to be called back.
extension CommandTable {
  private static let noService = CommandDescription.ExitCode(code: 69, meaning: "the service does not run")

  static let callbacks = CommandDescription(
    name: "callbacks",
    options: [json("as GET /v1/callbacks answers"), config],
    summary: "list the open callbacks, oldest first",
    details: ["The oldest \(RunningService.mostCallbacks).", byControlFile],
    exitCodes: [noService]
  )

  static let addCallback = CommandDescription(
    name: "callbacks add",
    operands: [.init(name: "NUMBER")],
    options: [
      .init(name: "--target", value: "NAME", summary: "the target or group that calls; default: as the rules say"),
      .init(name: "--name", value: "NAME", summary: "the caller's name"),
      .init(name: "--reason", value: "TEXT", summary: "why they are called"),
      .init(
        name: "--at",
        value: "TIME",
        summary: "not before, such as '2026-12-24 18:00'; default: as soon as somebody is free"
      ), config,
    ],
    summary: "have a caller called back",
    details: [
      "callback_dial in the conf file says how NUMBER is dialed. The time is that of [general].", byControlFile,
    ],
    exitCodes: [noService]
  )

  static let cancelCallback = CommandDescription(
    name: "callbacks cancel",
    operands: [.init(name: "ID")],
    options: [config],
    summary: "cancel a callback",
    details: ["Not one whose phone is ringing already.", byControlFile],
    exitCodes: [noService]
  )
}

extension GivenWords {
  var callback: WantedCallback {
    var wanted = WantedCallback(operands.first ?? "")
    wanted.target = value(of: "--target")
    wanted.name = value(of: "--name")
    wanted.reason = value(of: "--reason")
    wanted.moment = value(of: "--at")
    return wanted
  }
}
