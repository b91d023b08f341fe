/// The tools of the API for a client of the Model Context Protocol that starts programs.
extension CommandTable {
  static let mcp = CommandDescription(
    name: "mcp",
    options: [
      .init(name: "--stdio", summary: "speak on standard input and output", isNeeded: true),
      .init(name: "--url", value: "URL", summary: "the API of a service elsewhere, such as http://10.0.0.5:8090"),
      .init(name: "--token-file", value: "FILE", summary: "with --url: a file that holds an API token", takes: .file),
      config,
    ],
    summary: "offer the API's tools to a language model (MCP)",
    details: [
      "For clients of the Model Context Protocol that start a program. Those that speak HTTP use POST /mcp themselves.",
      "Without --url: \(byControlFile)",
    ],
    exitCodes: [.init(code: 69, meaning: "the service does not run")]
  )
}

extension GivenWords {
  func place(_ configuration: String) throws(Arguments.Mistake) -> MCPBridge.Place {
    switch (value(of: "--url"), value(of: "--token-file")) {
    case (nil, nil): return .here(configuration: configuration)
    case (let url?, let file?):
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw mistake("--url: '\(url)' does not begin with http:// or https://")
      }
      return .at(url: url, tokenFile: file)
    default: throw mistake("--url and --token-file belong together")
    }
  }
}
