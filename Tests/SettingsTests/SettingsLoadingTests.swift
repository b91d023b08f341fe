import Testing
import Transfer

@testable import Settings

@Suite struct SettingsLoadingTests {
  @Test func theSmallestFileGivesTheDefaults() throws {
    let settings = try settings("[general]\nari_password = x")
    #expect(settings.general.ariURL.description == "http://127.0.0.1:8088")
    #expect(settings.general.ariURL.webSocket == "ws://127.0.0.1:8088")
    #expect(settings.general.ariUsername == "warm-transfer")
    #expect(settings.general.ariPassword.exposed == "x")
    #expect(settings.general.app == "warm-transfer")
    #expect(settings.general.httpBind == SocketAddress(host: "127.0.0.1", port: 8090))
    #expect(settings.general.dataDirectory == "/var/lib/warm-transfer")
    #expect(settings.general.soundsDirectory == "/var/lib/warm-transfer/sounds")
    #expect(settings.general.soundsDirectoryInAsterisk == "/var/lib/warm-transfer/sounds")
    #expect(settings.general.logLevel == .info)
    #expect(settings.targets == [])
    #expect(settings.tokens == [])
  }

  @Test func theKeysOfTheTelephoneAreTheUsualOnes() throws {
    let standard = try TransferPolicy.standard()
    #expect(standard.keys.accept.digits + standard.keys.decline.digits + standard.keys.repeat.digits == "123")
  }

  @Test func theDefaultBriefingIsShort() throws {
    let policy = try TransferPolicy.standard()
    let typical: [Template.Field: String] = [
      .callerName: "Maria Schneider", .topic: "billing", .reason: "a charge she does not recognise",
      .summary: "She was charged twice in March and wants the second charge back.",
      .nextAction: "check invoice four eight two one", .acceptDigits: "1", .declineDigits: "2", .repeatDigits: "3",
    ]
    let words = policy.briefing.render(typical).split(separator: " ").count
    #expect(Double(words) / Double(policy.voice.wordsPerMinute) * 60 < 20)
    #expect(
      policy.briefing.render([.acceptDigits: "1", .declineDigits: "2", .repeatDigits: "3"]).hasPrefix("A call. ")
    )
    #expect(policy.briefing.render(typical).hasPrefix("A call from Maria Schneider about billing. a charge"))
  }

  @Test func aTargetLaysItsKeysOverTransfer() throws {
    let settings = try settings(
      """
      [general]
      ari_password = x
      [transfer]
      ring_timeout = 1m
      caller_id = "Acme, Inc." <+18005551212>
      [mobile](!)
      type = target
      ring_timeout = 40s
      accept_digits = *2
      [alice](mobile)
      dial = PJSIP/alice
      [night-desk]
      type = target
      dial = PJSIP/+15559876543@trunk
      name = the night desk
      enabled = no
      caller_id = caller
      after_call = hangup
      voice = de+f3
      speech_rate = 120
      volume = 80
      pitch = 40
      """
    )
    let alice = settings.targets[0]
    #expect(settings.transfer.ringTimeout == .seconds(60))
    #expect(alice.name == "alice" && alice.spokenName == "alice" && alice.dialString == "PJSIP/alice")
    #expect(alice.policy.ringTimeout == .seconds(40))
    #expect(alice.policy.keys.accept.digits == "*2")
    #expect(alice.policy.callerID == .fixed(name: "Acme, Inc.", number: "+18005551212"))
    let night = settings.targets[1]
    #expect(night.spokenName == "the night desk" && night.dialString == "PJSIP/+15559876543@trunk")
    #expect(!night.policy.enabled && night.policy.callerID == .ofTheCaller && night.policy.afterCall == .hangUp)
    #expect(night.policy.voice.name == "de+f3" && night.policy.voice.wordsPerMinute == 120)
    #expect(night.policy.voice.volume == 80 && night.policy.voice.pitch == 40)
    #expect(night.policy.ringTimeout == .seconds(60))
  }

  @Test func groupsRulesAndTokens() throws {
    let hash = String(repeating: "aB", count: 32)
    let settings = try settings(
      """
      [general]
      ari_password = x
      [late]
      type = rule
      topic = billing, invoices
      time = 17:00-09:00,mon-fri,*,*
      target = support
      [support]
      type = group
      members = alice, bob
      strategy = least-recent
      [alice]
      type = target
      dial = PJSIP/alice
      [bob]
      type = target
      dial = PJSIP/bob
      [crm]
      type = token
      hash = sha256:\(hash)
      scopes = read, transfer
      """
    )
    let support = TargetGroup(
      name: "support",
      spokenName: "support",
      members: ["alice", "bob"],
      strategy: .leastRecent
    )
    #expect(settings.groups == [support])
    let time = try TimeSpec(parsing: "17:00-09:00,mon-fri,*,*")
    let conditions: [DispatchRule.Condition] = [.topic(oneOf: ["billing", "invoices"]), .time(anyOf: [time])]
    #expect(settings.rules == [DispatchRule(name: "late", conditions: conditions, decision: .ring("support"))])
    #expect(settings.tokens == [APIToken(name: "crm", sha256: hash.lowercased(), scopes: [.read, .transfer])])
    #expect(settings.dispatch.targets == ["alice", "bob"])
    let midnight = WallTime(milliseconds: 1_767_571_200_000)
    let route = settings.dispatch.route(.init(topic: "billing", at: midnight))
    #expect(route == .group(settings.groups[0], because: .rule("late")))
  }

  @Test func aPasswordIsReadFromAFileAndShownNowhere() throws {
    let settings = try settings("[general]\nari_password_file = /p", and: ["/p": "hunter2\r\nmore"])
    #expect(settings.general.ariPassword.exposed == "hunter2")
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!"\(settings) \(String(reflecting: settings)) \(dumped)".contains("hunter2"))
  }
}

@Suite struct ValueTests {
  /// The lines stand in the section that knows their key; nil for a value that is taken.
  @Test(arguments: [
    ("ari_url = HTTPS://pbx.example:8089/asterisk/ari/events/", nil),
    ("ari_url = ws://[::1]:8088", nil),
    ("ari_url = 127.0.0.1:8088", "ari_url: '127.0.0.1:8088' is not a URL such as http://127.0.0.1:8088"),
    ("ari_url = ftp://x", "ari_url: 'ftp' is not one of http, https, ws, wss"),
    ("ari_url = http://me:secret@x", "ari_url: contains a user name; write it as ari_username and ari_password"),
    ("ari_url = http://", "ari_url: '' does not begin with a host name or address (IPv6 in brackets)"),
    ("ari_url = http://x:0", "ari_url: 'x:0' does not end with a port from 1 to 65535, as in x:8090"),
    ("ari_url = http://x/?a=b", "ari_url: '/?a=b' is not the plain path of a server (no '?', '#' or blanks)"),
    ("http_bind = [::]:8090", nil), ("http_bind = 127.0.0.1:0", nil),
    ("http_rate = 0", "http_rate: '0' is not within 1 to 10000"),
    ("http_origins = https://desk.example.org, http://localhost:5173", nil),
    (
      "http_origins = desk.example.org",
      "http_origins: 'desk.example.org' is not an origin such as https://desk.example.org"
    ),
    (
      "http_origins = https://a.example/",
      "http_origins: 'a.example/' does not begin with a host name or address (IPv6 in brackets)"
    ),
    ("public_url = https://transfer.example.org/", nil), ("public_url = http://10.0.0.7:8090", nil),
    (
      "public_url = https://example.org/desk",
      "public_url: 'example.org/desk' does not begin with a host name or address (IPv6 in brackets)"
    ),
    ("http_tls_key = /etc/key.pem", "set both http_tls_certificate and http_tls_key, or neither"),
    ("http_bind = 127.0.0.1", "http_bind: '127.0.0.1' does not end with a port from 1 to 65535, as in 127.0.0.1:8090"),
    ("http_bind = x:+80", "http_bind: 'x:+80' does not end with a port from 1 to 65535, as in x:8090"),
    (
      "http_bind = x:99999999999999999999",
      "http_bind: 'x:99999999999999999999' does not end with a port from 1 to 65535, as in x:8090"
    ),
    ("data_dir = var", "data_dir: 'var' is not an absolute path: it must begin with /"),
    ("data_dir = /var/../etc", "data_dir: '/var/../etc' contains '..'"),
    ("sounds_dir_in_asterisk =", nil),
    ("app = a,b", "app: 'a,b' is not a name of up to 79 letters, digits and '_.-'"),
    ("log_level = inof", "log_level: 'inof' is not one of debug, info, warning, error; did you mean 'info'?"),
    ("log_levle = info", "unknown key 'log_levle'; did you mean 'log_level'?"),
    ("ring_timeout = 9", "unknown key 'ring_timeout'; it belongs to [transfer], a target"),
    ("color = red", "unknown key 'color'"),
  ])
  func general(_ line: String, _ expected: String?) {
    #expect(
      mistakes(in: "[general]\nari_password = x\n\(line)") == (expected.map { ["warm_transfer.conf:3: \($0)"] } ?? [])
    )
  }

  @Test(arguments: [
    ("enabled = Yes", nil), ("enabled = maybe", "enabled: 'maybe' must be yes or no"),
    ("hold_timeout = 2m", nil), ("hold_timeout = 90s", nil),
    ("hold_timeout = 0", "hold_timeout: '0' is not within 5 to 3600 seconds"),
    ("hold_timeout = 61m", "hold_timeout: '61m' is not within 5 to 3600 seconds"),
    ("hold_timeout = 9223372036854775807m", "hold_timeout: '9223372036854775807m' is not within 5 to 3600 seconds"),
    ("hold_timeout = 1h", "hold_timeout: '1h' is not a duration; write seconds as 90 or 90s, minutes as 2m"),
    ("hold_timeout =", "hold_timeout: '' is not a duration; write seconds as 90 or 90s, minutes as 2m"),
    ("hold_timeout = -5", "hold_timeout: '-5' is not a duration; write seconds as 90 or 90s, minutes as 2m"),
    ("caller_id = caller", nil), ("caller_id = +18005551212", nil), ("caller_id = Acme <100>", nil),
    ("caller_id = <100>", nil), ("caller_id = \"\" <100>", nil),
    ("caller_id = Acme", "caller_id: 'Acme' is not 'caller', a number, or \"Name\" <number>"),
    (
      "caller_id = \"Acme\" <1-800>",
      "caller_id: '1-800' is not a telephone number of up to 32 digits, with or without '+'"
    ),
    (
      "caller_id = \"A\"B\" <100>",
      "caller_id: the name 'A\"B' is longer than 80 characters or contains one of \" < > \\"
    ),
    ("hold_music = a b", "hold_music: 'a b' is not a name of up to 79 letters, digits and '_.-'"),
    ("accept_digits = 1x", "accept_digits: '1x' is not a sequence of 1 to 8 keys (0-9, *, #, A-D), such as 1 or *2"),
    ("announcement =", nil), ("merge_prompt =", nil),
    ("briefing =", "briefing: is empty: a person would hear silence"),
    ("announcement = {x", "announcement: '{' without its '}'"),
    ("after_call = hang", "after_call: 'hang' is not one of return, hangup"),
    ("voice = ../../etc", "voice: '../../etc' is not a name of up to 79 letters, digits and '_+-'"),
    ("speech_rate = fast", "speech_rate: 'fast' is not a whole number"),
    ("pitch = 100", "pitch: '100' is not within 0 to 99"),
    ("ring_timout = 5", "unknown key 'ring_timout'; did you mean 'ring_timeout'?"),
    // The keys of the answer.
    ("accept_digits = 2", "accept_digits and decline_digits are both '2'"),
    ("repeat_digits = 11", "repeat_digits '11' can never be typed: it begins with accept_digits '1'"),
    ("accept_digits = 21", "accept_digits '21' can never be typed: it begins with decline_digits '2'"),
  ])
  func transfer(_ line: String, _ expected: String?) {
    let text = "[general]\nari_password = x\n[transfer]\n\(line)"
    #expect(mistakes(in: text) == (expected.map { ["warm_transfer.conf:4: \($0)"] } ?? []))
  }

  @Test(arguments: [
    ("dial = alice", "dial: 'alice' does not look like Technology/resource, such as PJSIP/alice"),
    ("dial = /alice", "dial: '/alice' does not look like Technology/resource, such as PJSIP/alice"),
    ("dial = PJSIP/a&PJSIP/b", "dial: 'PJSIP/a&PJSIP/b' contains '&'; a target is one phone, a group has several"),
    ("dial = PJSIP/a,30", "dial: 'PJSIP/a,30' contains ','; a target is one phone, a group has several"),
    ("dial = PJSIP/a\nname =", "name: is empty"),
    ("dial = PJSIP/a\nmembers = b", "unknown key 'members'; it belongs to a group"),
    ("dial = PJSIP/a\ndecline_digits = 12", "decline_digits '12' can never be typed: it begins with accept_digits '1'"),
  ])
  func target(_ lines: String, _ expected: String) {
    let last = 4 + lines.split(separator: "\n").count
    let text = "[general]\nari_password = x\n[alice]\ntype = target\n\(lines)"
    #expect(mistakes(in: text) == ["warm_transfer.conf:\(last): \(expected)"])
  }

  @Test(arguments: [
    ("[x]\ntype = tagret", "2: unknown type 'tagret' (\(kinds)); did you mean 'target'?"),
    ("[x]\ndial = PJSIP/x", "1: [x] has no 'type' (\(kinds))"),
    ("[transfr]\n", "1: [transfr] has no 'type' (\(kinds)); did you mean 'transfer'?"),
    ("[x]\ntype = target", "1: [x] has no 'dial', such as dial = PJSIP/+15559876543@trunk"),
    (
      "[Mr. X]\ntype = target\ndial = PJSIP/x",
      "1: the section's name 'Mr. X' may hold only a-z, 0-9, '-' and '_', 64 of them at most"
    ),
    ("[x]\ntype = group", "1: [x] has no 'members', such as members = alice, bob"),
    ("[x]\ntype = group\nmembers = bbo", "3: members: there is no target 'bbo'; did you mean 'bob'?"),
    ("[x]\ntype = group\nmembers = x", "3: members: 'x' is a group; a group can only contain targets"),
    ("[x]\ntype = group\nmembers = bob,bob", "3: members: names 'bob' twice"),
    ("[x]\ntype = group\nmembers = bob,", "3: members: 'bob,' has an empty item"),
    ("[x]\ntype = group\nmembers = bob\nstrategy = any", "4: strategy: 'any' is not one of order, all, least-recent"),
    ("[x]\ntype = rule\ntarget = bbo", "3: target: there is no target or group 'bbo'; did you mean 'bob'?"),
    ("[x]\ntype = rule\ntarget = bob\ntime = 9-17", "4: time: '9-17' is not a time or a range such as 09:00-17:30"),
    (
      "[x]\ntype = token\nhash = abc",
      "3: hash: 'abc' is not sha256: and 64 hexadecimal digits (`warm-transfer token NAME`)"
    ),
  ])
  func section(_ section: String, _ expected: String) throws {
    let rest = "\n[general]\nari_password = x\n[bob]\ntype = target\ndial = PJSIP/bob"
    #expect(mistakes(in: section + rest) == ["warm_transfer.conf:" + expected])
  }

  @Test(arguments: [
    ("[transfer]", "1: there is no [general] section"),
    ("[general]", "1: [general] has neither 'ari_password' nor 'ari_password_file'"),
    ("[general]\nari_password =", "2: ari_password: is empty; write the password of this user in Asterisk's ari.conf"),
    (
      "[general]\nari_password = x\nari_password_file = /p",
      "3: ari_password and ari_password_file are both set; keep one"
    ),
    ("[general]\nari_password_file = /x", "2: ari_password_file: cannot read '/x': No such file or directory"),
    (
      "[general]\nari_password_file = /empty",
      "2: ari_password_file: the first line of '/empty' is empty or not UTF-8"
    ),
  ])
  func password(_ text: String, _ expected: String) {
    #expect(mistakes(in: text, and: ["/p": "y", "/empty": "\ny"]) == ["warm_transfer.conf:" + expected])
  }

  @Test func urlsAreNormalised() throws {
    let url = try ValueSyntax.serverURL.parse("WSS://[::1]/asterisk/ari/events/")
    #expect(url == ServerURL(isSecure: true, host: "::1", port: 443, path: "/asterisk"))
    #expect(url.description == "https://[::1]:443/asterisk")
    #expect(url.webSocket == "wss://[::1]:443/asterisk")
  }
}

@Suite struct MistakesTests {
  /// One mistake in a template is one mistake, however many inherit it; a broken key hides no other.
  @Test func allMistakesAreNamedAtOnceSortedAndOnce() {
    let main = """
      [general]
      ari_url = pbx:8088
      ari_pasword = x
      [transfer]
      ring_timout = 30
      hold_timeout = soon
      accept_digits = 1
      decline_digits = 1
      accept_digits = 1
      briefing = {caler_name} calls
      [phone](!)
      type = target
      volume = loud
      [alice](phone)
      dial = alice
      [bob](phone)
      dial = PJSIP/bob&PJSIP/carol
      [alice]
      [team]
      type = group
      members = alice,bbo
      [late]
      type = rule
      time = 25:00-09:00
      target = tem
      just words
      #include "wt.d/*.conf"
      #include "missing.conf"
      """
    let included = "[zoe]\ntype = person\n"
    let found = mistakes(in: main, and: ["/etc/asterisk/wt.d/zoe.conf": included])
    #expect(
      found == [
        "warm_transfer.conf:1: [general] has neither 'ari_password' nor 'ari_password_file'",
        "warm_transfer.conf:2: ari_url: 'pbx:8088' is not a URL such as http://127.0.0.1:8088",
        "warm_transfer.conf:3: unknown key 'ari_pasword'; did you mean 'ari_password'?",
        "warm_transfer.conf:5: unknown key 'ring_timout'; did you mean 'ring_timeout'?",
        "warm_transfer.conf:6: hold_timeout: 'soon' is not a duration; write seconds as 90 or 90s, minutes as 2m",
        "warm_transfer.conf:8: accept_digits and decline_digits are both '1'",
        "warm_transfer.conf:9: 'accept_digits' is set twice in this section",
        "warm_transfer.conf:10: briefing: unknown placeholder '{caler_name}'; did you mean {caller_name}? (it takes "
          + "{target}, {topic}, {reason}, {summary}, {facts}, {next_action}, {caller_name}, {caller_number}, "
          + "{accept_digits}, {decline_digits}, {repeat_digits})",
        "warm_transfer.conf:13: volume: 'loud' is not a whole number",
        "warm_transfer.conf:15: dial: 'alice' does not look like Technology/resource, such as PJSIP/alice",
        "warm_transfer.conf:17: dial: 'PJSIP/bob&PJSIP/carol' contains '&'; a target is one phone, a group has several",
        "warm_transfer.conf:18: section [alice] is already at /etc/asterisk/warm_transfer.conf:14; "
          + "write [alice](+) to add to it",
        "warm_transfer.conf:21: members: there is no target 'bbo'; did you mean 'bob'?",
        "warm_transfer.conf:24: time: '25:00-09:00' is not a time or a range such as 09:00-17:30",
        "warm_transfer.conf:25: target: there is no target or group 'tem'; did you mean 'team'?",
        "warm_transfer.conf:26: no '=' after 'just'",
        "warm_transfer.conf:28: no such file: 'missing.conf' (#tryinclude allows that)",
        "zoe.conf:2: unknown type 'person' (\(kinds))",
      ]
    )
  }
}
