import Foundation
import Store
import Lab
import Testing

/// The disk does not take the journal any more: new transfers are refused, those in flight finish.
@Suite(.lab, .serialized) struct DiskTests {
  private static let people: [Section] = [
    .transfer(["amd": "off"]),
    .person("amy", "accept-100-4000", ["accept_timeout": "20"]),
    .person("nora", "noanswer", ["ring_timeout": "4"]),
    .person("bob", "busy"),
  ]

  @Test(.enabled(if: SmallDisk.isPossible, "only root mounts"))
  func aFullDiskRefusesNewTransfersOnly() async throws {
    let disk = try SmallDisk(at: Lab.current().files.appendingPathComponent("disk"))
    defer { disk.remove() }
    let scene = try await Scene.start([.general(["data_dir": disk.data.path])] + Self.people)
    try await expectOnlyNewOnesToBeRefused(scene) { try disk.fill() }
    try disk.makeRoom()
    try await scene.service.logged("journal writable again")
    try await scene.call("bob").back().expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce)
    #expect(try await scene.leftovers() == [])
    #expect(try await scene.service.stop())
    #expect(
      try SQLiteDatabase.outcomes(in: disk.data) == [
        "RETURNED ERROR": 1, "CONNECTED COMPLETED": 1, "RETURNED NOANSWER": 1, "RETURNED BUSY": 1,
      ]
    )
  }

  /// As a kernel does it that has met an error on a disk: nobody mends that under a running service.
  @Test(.enabled(if: DiskWithErrors.isPossible, "only root mounts, and not in every container"))
  func aDiskThatBecomesReadOnlyRefusesNewTransfersOnly() async throws {
    let disk = try DiskWithErrors(at: Lab.current().files.appendingPathComponent("disk-with-errors"))
    defer { disk.remove() }
    let scene = try await Scene.start([.general(["data_dir": disk.data.path])] + Self.people)
    try await expectOnlyNewOnesToBeRefused(scene) { try disk.becomeReadOnly() }
    let refused = try await scene.call("bob").back()
    #expect(refused.outcome.result == "RETURNED" && refused.outcome.cause == "ERROR", "\(refused.outcome)")
    #expect(try await scene.leftovers() == [])
    #expect(try await scene.service.stop())
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root mounts"))
  func aServiceWhoseDataCannotBeWrittenFromTheStartSaysSo() async throws {
    let disk = try SmallDisk(at: Lab.current().files.appendingPathComponent("read-only"))
    defer { disk.remove() }
    try disk.makeReadOnly()
    let section = Section.general(["data_dir": disk.data.path])
    let service = try ServiceProcess.start(section.text, in: Lab.current(), name: "read-only-data")
    try await service.logged("Read-only file system")
    #expect(try await service.ended())
  }

  private func expectOnlyNewOnesToBeRefused(_ scene: Scene, after strike: () throws -> Void) async throws {
    let talk = try await scene.call("amy")
    let ringing = try await scene.call("nora")
    try await talk.agent().time(of: .answered)
    try await ringing.agent().time(of: .ringing)
    try strike()
    // The next entry finds it so.
    try await scene.service.logged("refusing new transfers")
    let refused = try await scene.call("bob").back()
    #expect(refused.outcome.result == "RETURNED" && refused.outcome.cause == "ERROR", "\(refused.outcome)")
    #expect(refused.recording.story == .untouched, "\(refused.recording.timeline.text)")

    try await talk.agent().time(of: .talking)
    try await Task.sleep(for: .seconds(1))
    try await talk.agent().hangUp()
    try await talk.back().expect("CONNECTED", "COMPLETED", of: "amy", heard: .heldAndJoined)
    try await ringing.back().expect("RETURNED", "NOANSWER", of: "nora", heard: .heldAndTold)
  }
}

/// A disk of a megabyte, with room for the data of a service.
private struct SmallDisk {
  static var isPossible: Bool { getuid() == 0 }

  private let place: URL
  private var filler: URL { place.appendingPathComponent("filler") }
  var data: URL { place.appendingPathComponent("data") }

  init(at place: URL) throws {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    guard mount("tmpfs", place.path, "tmpfs", 0, "size=1m") == 0 else {
      throw LabError(.system, "mount: errno \(errno)")
    }
    self.place = place
  }

  func fill() throws {
    #expect(FileManager.default.createFile(atPath: filler.path, contents: nil))
    let file = try FileHandle(forWritingTo: filler)
    defer { file.closeFile() }
    // To the last page.
    while true { do { try file.write(contentsOf: Data(count: 4_096)) } catch { return } }
  }

  func makeRoom() throws { try FileManager.default.removeItem(at: filler) }

  func makeReadOnly() throws {
    guard mount("tmpfs", place.path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
      throw LabError(.system, "mount: errno \(errno)")
    }
  }

  func remove() {
    if umount2(place.path, CInt(MNT_DETACH)) != 0 { Issue.record("umount: errno \(errno)") }
  }
}

/// A disk in a file, of which the kernel can be told that it is broken.
private struct DiskWithErrors {
  static var isPossible: Bool {
    getuid() == 0 && FileManager.default.fileExists(atPath: "/sys/fs/ext4")
      && FileManager.default.fileExists(atPath: "/dev/loop-control")
  }

  private let place: URL
  var data: URL { place.appendingPathComponent("data") }

  init(at place: URL) throws {
    let image = place.path + ".image"
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    try Data(count: 8 << 20).write(to: URL(fileURLWithPath: image))
    try Self.run("/sbin/mkfs.ext4", "-q", "-F", image)
    try Self.run("/bin/mount", "-o", "loop,errors=remount-ro", image, place.path)
    self.place = place
  }

  func becomeReadOnly() throws {
    let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n")
    let device = mounts.first { $0.contains(" \(place.path) ") }?.split(separator: " ").first?.split(separator: "/")
      .last
    guard let device else { throw LabError(.system, "no device is mounted at \(place.path)") }
    let trigger = "/sys/fs/ext4/\(device)/trigger_fs_error"
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: trigger))
    defer { file.closeFile() }
    try file.write(contentsOf: Data("the lab wants it so".utf8))
  }

  func remove() {
    if umount2(place.path, CInt(MNT_DETACH)) != 0 { Issue.record("umount: errno \(errno)") }
  }

  private static func run(_ tool: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw LabError(.system, "\(tool) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
  }
}
