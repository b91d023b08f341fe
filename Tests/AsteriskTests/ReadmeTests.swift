import Foundation
import Lab
import Testing

/// What the README tells people to paste.
@Suite(.lab, .serialized) struct ReadmeTests {
  @Test func theExtensionToPasteTransfersACaller() async throws {
    try await Scene.with(.person("billing", "accept-300-700")) { scene in
      try await Self.paste(into: scene.lab.pbx)
      let call = try await scene.lab.call("600")
      let phone = try await scene.lab.agent(named: "billing")
      #expect(try await phone.callerID().name == "Maria Santos")
      try await phone.time(of: .talking)
      try await phone.hangUp()
      try await call.leg.time(of: .gone)
      try await scene.service.logged("result=CONNECTED cause=COMPLETED target=billing")
    }
  }

  @Test func aCallerForWhomNobodyIsThereHearsTheEndOfTheExtension() async throws {
    try await Scene.with(.person("billing", "busy")) { scene in
      try await Self.paste(into: scene.lab.pbx)
      let call = try await scene.lab.call("600")
      try await scene.service.logged("result=RETURNED cause=BUSY")
      try await call.leg.time(of: .gone)
      let log = try String(contentsOf: scene.lab.pbx.logFile, encoding: .utf8)
      #expect(log.contains("Nobody took the call: BUSY"))
    }
  }

  /// Into the context of the callers.
  private static func paste(into pbx: AsteriskInstance) async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let shown = try #require(readme.firstMatch(of: #/```ini\n\s*(exten => 600,[\s\S]*?)```/#)).output.1
    let file = pbx.directory.appending(path: "etc/extensions.conf")
    let dialplan = try String(contentsOf: file, encoding: .utf8)
    if !dialplan.contains(shown) {
      try (dialplan + "\n[inbound](+)\n" + shown).write(to: file, atomically: true, encoding: .utf8)
    }
    _ = try await pbx.command("dialplan reload")
  }
}
