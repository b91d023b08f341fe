import Testing
import Transfer

@testable import Settings

@Suite struct WebhookTests {
  private static let general = "\n[general]\nari_password = x\n"
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  @Test func allOfItIsRead() throws {
    let settings = try settings(
      """
      [crm]
      type = webhook
      url = https://crm.example.org/transfers?key=1
      secret = \(Self.secret)
      events = connected, ended
      timeout = 3
      give_up_after = 90m
      [board]
      type = webhook
      url = http://10.0.0.7:8080
      secret_file = /s
      """ + Self.general,
      and: ["/s": "\(Self.secret)\n"]
    )
    let (crm, board) = (settings.webhooks[0], settings.webhooks[1])
    #expect(crm.name == "crm" && crm.url == "https://crm.example.org/transfers?key=1")
    #expect(crm.events == [.connected, .ended] && crm.timeout == .seconds(3) && crm.giveUpAfter == .seconds(5_400))
    #expect(crm.secret.exposed == Self.secret && board.secret == crm.secret)
    #expect(board.events == TransferMachine.Phase.allCases && board.giveUpAfter == .seconds(86_400))
    #expect(!"\(settings)".contains("MfKQ9"))
  }

  @Test(arguments: [
    ("secret = S", "1: [x] has no 'url', such as url = https://crm.example.org/transfers"),
    ("url = https://a.example", "1: [x] has neither 'secret' nor 'secret_file'"),
    ("url = https://a.example\nsecret = S\nsecret_file = /s", "5: secret and secret_file are both set; keep one"),
    (
      "url = https://a.example\nsecret_file = /s",
      "4: secret_file: the content of '/s' is not whsec_ and 24 to 192 bytes in Base64; "
        + "make one with: openssl rand -base64 32"
    ),
    (
      "url = https://a.example\nsecret = whsec_short",
      "4: secret: is not whsec_ and 24 to 192 bytes in Base64; make one with: openssl rand -base64 32"
    ),
    (
      "url = ftp://a.example\nsecret = S",
      "3: url: 'ftp://a.example' is not a web address such as https://example.org/path"
    ),
    (
      "url = https://a:b@c\nsecret = S", "3: url: 'https://a:b@c' is not a web address such as https://example.org/path"
    ),
    ("url = https://a b\nsecret = S", "3: url: 'https://a b' is not a web address such as https://example.org/path"),
    ("url = https://\nsecret = S", "3: url: 'https://' is not a web address such as https://example.org/path"),
    (
      "url = https://a.example\nsecret = S\nevents = held, endet",
      "5: events: 'endet' is not one of requested, held, ringing, briefing, merging, connected, returning, ended; "
        + "did you mean 'ended'?"
    ),
    ("url = https://a.example\nsecret = S\ntimeout = 0", "5: timeout: '0' is not within 1 to 60 seconds"),
  ])
  func whatIsWrongWithIt(_ lines: String, _ expected: String) {
    let text = "[x]\ntype = webhook\n" + lines.replacing("= S", with: "= \(Self.secret)") + Self.general
    #expect(mistakes(in: text, and: ["/s": "hunter2"]) == ["warm_transfer.conf:" + expected])
  }

  @Test func thereIsALimit() {
    let sections = (1...17).map { "[w\($0)]\ntype = webhook\nurl = http://a\nsecret = \(Self.secret)\n" }
    #expect(mistakes(in: sections.joined() + Self.general) == ["warm_transfer.conf:65: more than 16 webhooks"])
  }
}
