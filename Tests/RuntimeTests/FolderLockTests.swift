import Foundation
import Testing

@testable import Runtime

@Suite struct FolderLockTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  @Test func aFolderIsOneHoldersAtATime() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let path = folder.path
    try await FolderLock.withLock(on: path) {
      _ = await #expect(throws: FolderLock.Taken.self) {
        try await FolderLock.withLock(on: path) { Issue.record("two have the folder") }
      }
    }
    try await FolderLock.withLock(on: path) {}
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
  }

  @Test func aFolderThatIsNotThereIsNamed() async throws {
    let path = folder.path
    let error = await #expect(throws: FileError.self) { try await FolderLock.withLock(on: path) {} }
    #expect(error?.path == path)
  }
}
