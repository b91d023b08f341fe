import Foundation
import Lab
import Testing

@Suite(.serialized) struct LabTests {
  @Test func aCallThroughAPlainExtensionIsHeardFromStartToEnd() async throws {
    try await Lab.with { lab in
      let call = try await lab.call("plain")
      let heard = try await call.heard()
      print(heard.timeline.text)
      try #require(try await lab.leftovers() == [])
    }
  }
}
