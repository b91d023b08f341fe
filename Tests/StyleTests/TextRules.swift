extension Rule {
  /// What no file may say, be it code, script, page or configuration.
  static let textRules: [Rule] = [
    .text(
      "Nothing is left to do",
      catches: ["// TODO: later", "# FIXME", "let a = 1 // XXX"].map(product),
      passes: [product("mktemp /tmp/call.XXXXXX")]
    ) { #/\b(?:TODO|FIXME|XXX)\b/# },

    .text(
      "Nobody's machine is named",
      catches: ["// see /home/ann/notes", "root=/{work}/lab", "\"/Users/ann/a.wav\"", "cd /tmp/h-one"].map(unbraced)
        .map(product),
      passes: [product("/var/lib/warm-transfer"), product("https://example.org/home/page"), product("/tmp/wt-1")]
    ) { #/(?:^|[\s"'`(=:,])/(?:(?:home|Users|work)/\w|tmp/[a-z]-)/# },

    .text(
      "No host of a package registry or mirror is named: the machine knows its own",
      catches: [
        "https://deb.{debian}.org/debian", "archive.{ubuntu}.com", "ftp.de.{debian}.org", "{docker}.io/swift",
        "{ghcr}.io/a/b", "{pypi}.org", "files.{pythonhosted}.org", "registry.{npmjs}.org", "{crates}.io",
        "proxy.{golang}.org", "{mirror}.example.org", "{download}.swift.org",
      ].map { .init("Tests/Lab/prepare", unbraced($0)) },
      passes: [.init("Tests/Lab/prepare", "apt-get install swift # see the page of swift dot org, registry of calls")]
    ) {
      #/
        \b(?: deb | ftp(?:\.\w+)? | security | snapshot | archive | ports | cdn-\w+ )\.(?: debian | ubuntu )\.(?: org | com )\b
        | \b(?: docker | ghcr | quay | crates )\.io\b
        | \b(?: pypi | pythonhosted | npmjs | golang )\.(?: org | com )\b
        | \b(?: registry | mirrors? | packages? | download )\.[\w\-]+\.(?: org | com | io | net | dev )\b
      /#
    },
  ]
}

/// What this page may not say itself is written in braces here.
private func unbraced(_ text: String) -> String { text.filter { !"{}".contains($0) } }
