import Testing
import Transport
import Web
@testable import Settings
@testable import WarmTransfer

@Suite struct NewTokenTests {
  @Test func theSectionAdmitsTheTokenAndNoOther() throws {
    let lines = try NewToken.make("crm", scopes: "admin, transfer").lines
    let conf = (["[general]", "ari_password = x"] + lines.dropFirst()).joined(separator: "\n")
    let files = ConfFiles(read: { _, _ in Array(conf.utf8) }, expand: { [$0] })
    let settings = try Settings.load("a.conf", from: files)
    let digest = Secrets.hexadecimal(Secrets.sha256(Array(lines[0].utf8)))
    #expect(settings.tokens == [APIToken(name: "crm", sha256: digest, scopes: [.transfer, .admin])])
    #expect(lines[0].wholeMatch(of: #/wt_[0-9a-f]{64}/#) != nil)
    #expect(try NewToken.make("crm").lines[0] != lines[0])
    #expect(try NewToken.make("crm").lines.last == "scopes = read")
  }

  @Test(arguments: ["", "a b", "Crm", "general", "transfer", String(repeating: "a", count: 65), "a\n[b]"])
  func whatIsNoName(_ name: String) {
    #expect(throws: NewToken.Mistake.self) { try NewToken.make(name) }
  }

  @Test(arguments: ["", "write", "read,,admin", "Read"])
  func whatIsNoScope(_ scopes: String) {
    #expect(throws: NewToken.Mistake.self) { try NewToken.make("a", scopes: scopes) }
  }
}
