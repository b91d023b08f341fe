import Foundation
import Testing

/// The unit for systemd that is shipped.
@Suite struct UnitTests {
  private static func values(of key: String) throws -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "asterisk-conf/warm-transfer.service"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  /// setpriority is one of @resources: what comes later in the file wins.
  @Test func theSpeechThreadMayLowerItsPriority() throws {
    let filters = try Self.values(of: "SystemCallFilter")
    let denied = try #require(filters.firstIndex { $0.hasPrefix("~") && $0.contains("@resources") })
    #expect(filters[denied...].contains { $0.split(separator: " ").contains("setpriority") })
  }

  /// Swift's runtime asks for one that a service without privileges does not get, and says so at each start.
  @Test func noPriorityIsComplainedAbout() throws {
    #expect(try Self.values(of: "Environment").contains("LIBDISPATCH_LOG=NO"))
  }

  @Test func theClockIsRightBeforeTheStart() throws {
    for key in ["Wants", "After"] { #expect(try Self.values(of: key).contains { $0.contains("time-sync.target") }) }
  }
}
