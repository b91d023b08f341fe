import Testing
import Transfer

@testable import Settings

/// Passwords and keys, in the conf file or in files of their own; and the way back, which must not lead here.
@Suite struct SecretTests {
  @Test(arguments: [
    (
      "[general]\nari_password = change-me",
      "2: ari_password: is still 'change-me', as in the sample; choose your own"
    ),
    (
      "[general]\nari_password = Change-Me",
      "2: ari_password: is still 'Change-Me', as in the sample; choose your own"
    ),
    (
      "[general]\nari_password_file = /c",
      "2: ari_password_file: the content of '/c' is still 'change-me', as in the sample; choose your own"
    ),
    (
      "[general]\nari_password = x\n[m]\ntype = model\nurl = http://m\nmodel = m\nkey = sk-change-me",
      "7: key: is still 'sk-change-me', as in the sample; choose your own"
    ),
    (
      "[general]\nari_password = x\n[m]\ntype = model\nurl = http://m\nmodel = m\nkey_file = /none",
      "7: key_file: cannot read '/none': No such file or directory"
    ),
    (
      "[general]\nari_password = x\n[m]\ntype = model\nurl = http://m\nmodel = m\nkey = k\nkey_file = /k",
      "8: key and key_file are both set; keep one"
    ),
    (
      "[general]\nari_password = x\n[r]\ntype = rule\nrefuse = No.\ndispatch_url = http://d\ndispatch_secret_file = /k",
      "7: dispatch_secret_file: the content of '/k' is not whsec_ and 24 to 192 bytes in Base64; "
        + "make one with: openssl rand -base64 32"
    ),
    (
      "[general]\nari_password = x\n[r]\ntype = rule\nrefuse = No.\ndispatch_url = http://d\ndispatch_secret_file = /s",
      "7: dispatch_secret_file: the content of '/s' is the sample's secret; "
        + "make your own with: openssl rand -base64 32"
    ),
    // A letter with a stroke through it is no letter of Base64.
    (
      "[general]\nari_password = x\n[w]\ntype = webhook\nurl = http://w\nsecret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSe\u{338}",
      "6: secret: is not whsec_ and 24 to 192 bytes in Base64; make one with: openssl rand -base64 32"
    ),
  ])
  func secrets(_ text: String, _ expected: String) {
    let files = ["/c": "change-me\n", "/k": "k\n", "/s": "whsec_Y2hhbmdlIG1lIGFuZCBjaGFuZ2UgbWUh\n"]
    #expect(mistakes(in: text, and: files) == ["warm_transfer.conf:" + expected])
  }

  @Test func secretsStandInFilesOfTheirOwn() throws {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let settings = try settings(
      """
      [general]
      ari_password_file = /p
      [bob]
      type = target
      dial = PJSIP/bob
      [r]
      type = rule
      target = bob
      dispatch_url = http://d.example
      dispatch_secret_file = /s
      [m]
      type = model
      url = http://m.example
      model = small
      key_file = /k
      """,
      and: ["/p": "hunter2", "/s": "\(secret)\r\n", "/k": "sk-1\n"]
    )
    #expect(settings.general.ariPassword.exposed == "hunter2")
    #expect(settings.rules[0].dispatcher?.secret?.exposed == secret)
    #expect(settings.summaryModel?.key.exposed == "sk-1")
  }

  /// Each failed transfer would begin another.
  @Test(arguments: [
    ("[transfer]\nreturn_to = warm-transfer\n[general]\nari_password = x", 2),
    ("[transfer]\nreturn_to = pbx-2\n[general]\nari_password = x\napp = pbx-2", 2),
    ("[general]\nari_password = x\n#include \"app.conf\"\n[transfer]\nreturn_to = pbx-3", 5),
    (
      "[t](!)\ntype = target\nreturn_to = warm-transfer\n[a](t)\ndial = P/a\n[b](t)\ndial = P/b\n[general]\nari_password = x",
      3
    ),
    ("[general]\nari_password = x\n[a]\ntype = target\ndial = P/a\nreturn_to = warm-transfer", 6),
    ("[transfer]\nreturn_to = other\n[general]\nari_password = x", nil),
    ("[transfer]\nreturn_to =\n[general]\nari_password = x", nil),
  ])
  func theWayBackDoesNotLeadHere(_ text: String, _ line: Int?) {
    let found = mistakes(in: text, and: ["/etc/asterisk/app.conf": "app = pbx-3\n"])
    #expect(found.count == (line == nil ? 0 : 1))
    guard let line else { return }
    #expect(found.first?.hasPrefix("warm_transfer.conf:\(line): return_to: '") == true, "\(found)")
    #expect(found.first?.contains("is this service's own app") == true)
  }
}
