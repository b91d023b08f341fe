extension CommandTable {
  static let export = CommandDescription(
    name: "export",
    options: [
      .init(name: "--from", value: "TIME", summary: "only records since then"),
      .init(name: "--to", value: "TIME", summary: "only records before then"),
      .init(
        name: "--format",
        value: "FORMAT",
        summary: "jsonl (default) or csv",
        takes: .one(of: AuditExport.Format.allCases.map(\.rawValue))
      ), .init(name: "--verify", value: "FILE", summary: "look through an earlier export instead", takes: .file),
      config,
    ],
    summary: "export the audit trail, or verify an export",
    details: [
      "One record a transfer, in the order in which they ended, and one for each wrap-up. TIME is as for list. The service "
        + "need not run.",
      "Each record has the hash of the one before. --verify tells which records of FILE are missing, altered, moved or "
        + "there twice, and whether FILE was cut off: it is compared with the journal, over the same --from and --to as "
        + "it was exported with. Without a journal the rest is still checked.",
    ],
    exitCodes: [.init(code: 1, meaning: "the verified file is not as it was exported")]
  )
}

extension GivenWords {
  func exportOrder(_ configuration: String) throws(Arguments.Mistake) -> AuditExport.Order {
    let name = value(of: "--format") ?? AuditExport.Format.jsonl.rawValue
    guard let format = AuditExport.Format(rawValue: name) else {
      throw mistake("--format: '\(name)' is neither jsonl nor csv")
    }
    return AuditExport.Order(
      configuration: configuration,
      from: value(of: "--from"),
      to: value(of: "--to"),
      format: format,
      verified: value(of: "--verify")
    )
  }
}
