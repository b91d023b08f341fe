import Settings

/// Every command. A new one is an entry here and a case of `Arguments`.
enum CommandTable {
  static let program = "warm-transfer"
  static let defaultConfiguration = "/etc/asterisk/warm_transfer.conf"
  /// What `list` shows unless it is asked for more.
  static let defaultLimit = 100

  static let all =
    [
      serve, check, doctor, install, status, list, show, export, cancel, messages, saveMessage, deleteMessage,
      callbacks,
      addCallback, cancelCallback, agents,
      linkAgent, signOutAgent, route, simulate, speak, pronounce, webhooks, retryWebhooks, token, mcp, printPage,
    ]

  /// Of every command.
  static let exitCodes: [CommandDescription.ExitCode] = [
    .init(code: 0, meaning: "done"),
    .init(code: 64, meaning: "the command line is wrong"),
    .init(code: 70, meaning: "something failed; the message says what"),
    .init(code: 78, meaning: "there are mistakes in the conf file"),
  ]

  static let config = CommandDescription.Option(
    name: "--config",
    value: "FILE",
    summary: "the conf file; default \(defaultConfiguration)",
    takes: .file
  )

  static func json(_ form: String) -> CommandDescription.Option {
    .init(name: "--json", summary: "print JSON, \(form)")
  }

  private static let serve = CommandDescription(
    name: "serve",
    options: [config],
    summary: "run the service",
    details: [
      "Runs in the foreground and logs to standard error. SIGHUP reads the conf file again; a file with mistakes is "
        + "refused and the old settings stay. SIGTERM stops the service: callers on hold go back to the dialplan, "
        + "conversations go on."
    ],
    exitCodes: [.init(code: 69, meaning: "another service has taken over this app name")]
  )

  private static let check = CommandDescription(
    name: "check",
    options: [config],
    summary: "report every mistake in the conf file",
    details: [
      "Each mistake is a line FILE:LINE: MESSAGE. What works and is probably not meant so is a line FILE:LINE: warning: "
        + "MESSAGE, and no mistake. Neither Asterisk nor the service has to run; doctor asks both."
    ]
  )

  private static let doctor = CommandDescription(
    name: "doctor",
    options: [
      .init(name: "--call", value: "TARGET", summary: "place one test call to this target or group instead"),
      json("the findings, or what became of the test call"), config,
    ],
    summary: "find out why transfers do not work",
    details: [
      "Asks the running Asterisk, the service and this machine whether everything that transfers need is there, and tells "
        + "what to do about what is not: a line ok, warn or FAIL for each. It changes nothing, rings nobody, and disturbs "
        + "neither calls nor the service, which need not run. Asterisk plays a short sound into an empty bridge, to show "
        + "that it can read sounds_dir, and the hold music, to hear that there is some. Addresses of webhooks and "
        + "dispatchers are sent a HEAD request.",
      "With --call the running service transfers a caller that does not exist: TARGET rings, hears the briefing, presses a "
        + "key, and is told that it was a test. Each step is printed. The transfer is one like any other, also for list, "
        + "webhooks and reports.",
    ],
    exitCodes: [.init(code: 1, meaning: "something failed")]
  )

  private static let install = CommandDescription(
    name: "install",
    options: [
      .init(name: "--dry-run", summary: "show what would be done; the default"),
      .init(name: "--apply", summary: "do it"),
      .init(name: "--remove", summary: "take out what --apply has written"),
      .init(
        name: "--folder",
        value: "FOLDER",
        summary: "where Asterisk's conf files are; default \(Installation.usualFolder)",
        takes: .file
      ), config,
    ],
    summary: "include warm-transfer in Asterisk's conf files",
    details: [
      "Adds what is missing at the end of ari.conf, http.conf, extensions.conf and, where needed, amd.conf and "
        + "musiconhold.conf: one #tryinclude each. An HTTP server that Asterisk has already keeps its address, and the "
        + "settings lead there. Of each file that is changed a copy FILE\(InstallOrder.copyEnding) is kept. Asterisk is not "
        + "touched: the commands that have it read its files again are printed.",
      "Files that are written by FreePBX are not changed.",
    ]
  )

  private static let status = CommandDescription(
    name: "status",
    options: [json("as GET /readyz answers"), config],
    summary: "tell whether the service runs and is ready",
    details: [byControlFile],
    exitCodes: [
      .init(code: 1, meaning: "it runs and is not ready"), .init(code: 69, meaning: "it does not run"),
    ]
  )

  static let byControlFile =
    "Needs no token: it finds the running service by the file 'control' in its data_dir, which only root and the "
    + "service's own user can read."

  private static let list = CommandDescription(
    name: "list",
    options: [
      .init(name: "--since", value: "TIME", summary: "only those since then"),
      .init(name: "--limit", value: "N", summary: "at most N of them; default \(defaultLimit)"),
      json("the transfers as GET /v1/transfers shows them"), config,
    ],
    summary: "list transfers, newest first",
    details: [
      "TIME is 30m, 12h or 7d for so long ago, or a date with or without a time, in UTC: 2026-11-21T09:30. The service "
        + "need not run."
    ]
  )

  private static let show = CommandDescription(
    name: "show",
    operands: [.init(name: "ID")],
    options: [json("the transfer as GET /v1/transfers/ID shows it, and its steps"), config],
    summary: "show one transfer step by step",
    details: ["ID is the transfer's, as list shows it and WT_TRANSFER_ID holds it. The service need not run."]
  )

  private static let cancel = CommandDescription(
    name: "cancel",
    operands: [.init(name: "ID")],
    options: [config],
    summary: "cancel a transfer: the caller goes back",
    details: [byControlFile],
    exitCodes: [.init(code: 69, meaning: "the service does not run")]
  )

  private static let agents = CommandDescription(
    name: "agents",
    options: [json("as GET /v1/agents answers"), config],
    summary: "list the targets, their phones and their calls",
    details: ["Asks Asterisk for the state of each phone. The service need not run."]
  )

  /// What the rules are asked about.
  static let question: [CommandDescription.Option] = [
    .init(name: "--topic", value: "T", summary: "as WT_TOPIC"),
    .init(name: "--target", value: "T", summary: "as WT_TARGET"),
    .init(name: "--caller", value: "NUMBER", summary: "the caller's number"),
    .init(name: "--language", value: "L", summary: "the caller's language, such as de"),
    .init(name: "--tries", value: "N", summary: "as WT_TRIES: transfers of this caller that have failed before"),
    .init(name: "--fact", value: "NAME=VALUE", summary: "a fact of the call", isRepeatable: true),
    .init(name: "--at", value: "TIME", summary: "when, such as '2026-12-24 18:00'; default now"),
  ]

  private static let route = CommandDescription(
    name: "route",
    options: question + [config],
    summary: "tell who would be rung for a call, and why",
    details: ["Tries the rules on a made-up call and explains each result. No dispatch_url is asked."],
    exitCodes: [.init(code: 1, meaning: "nobody would be rung")]
  )

  private static let speak = CommandDescription(
    name: "speak",
    operands: [.init(name: "TEXT")],
    options: [
      .init(name: "-o", value: "FILE.wav", summary: "the file to write", takes: .file, isNeeded: true)
    ],
    summary: "say TEXT as callers and agents would hear it"
  )

  private static let webhooks = CommandDescription(
    name: "webhooks",
    options: [config],
    summary: "list the events that webhooks have not taken yet"
  )

  private static let retryWebhooks = CommandDescription(
    name: "webhooks retry",
    operands: [.init(name: "ID", isOptional: true)],
    options: [config],
    summary: "deliver them again at once: all, or that one"
  )

  private static let token = CommandDescription(
    name: "token",
    operands: [.init(name: "NAME")],
    options: [
      .init(name: "--scope", value: "LIST", summary: "transfer, read, admin, separated by commas; default read")
    ],
    summary: "make a token for the API",
    details: [
      "The first line is the token, which is shown once and kept nowhere. The rest is the section of the conf file that "
        + "admits it."
    ]
  )

  private static let printPage = CommandDescription(
    name: "print",
    operands: [.init(name: "PAGE", value: .one(of: PrintedPage.allCases.map(\.rawValue)))],
    summary: "print a manual page or the bash completion",
    details: [
      "PAGE is \(PrintedPage.allCases.map(\.rawValue).joined(separator: ", ")). The manual pages are roff: "
        + "\(program) print \(PrintedPage.settings.rawValue) | man -l -"
    ]
  )
}
