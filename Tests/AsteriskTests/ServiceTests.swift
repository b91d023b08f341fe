import Foundation
import Lab
import Testing

/// The service's own life: start, settings, Asterisk away.
@Suite(.lab, .serialized) struct ServiceTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  private static let target = """
    [alice]
    type = target
    dial = PJSIP/accept-alice@trunk

    """

  @Test func aBadFileChangesNothingAndSaysWhy() async throws {
    let service = try ServiceProcess.start(Self.target, in: lab, name: "reload")
    try await service.logged("info ready")
    try ServiceProcess.write("[transfer]\nring_timout = 5\n[bob]\ntype = target\n", to: service.configuration, lab)
    service.send(SIGHUP)
    try await service.logged("did you mean 'ring_timeout'?")
    try await service.logged("settings not reloaded")
    let call = try await lab.call()
    try await call.agent().time(of: .ringing)
    try await call.hangUp()

    try ServiceProcess.write(Self.target.replacing("alice", with: "carol"), to: service.configuration, lab)
    service.send(SIGHUP)
    try await service.logged("settings reloaded")
    let next = try await lab.call()
    try await lab.agent(named: "carol").time(of: .ringing)
    try await next.hangUp()
    #expect(try await service.stop())
  }

  @Test func aWrongPasswordIsCalledThat() async throws {
    let service = try ServiceProcess.start(Self.target + "[general](+)\nari_password = wrong\n", in: lab, name: "wrong")
    let line = try await service.logged("Asterisk refuses the user name or password")
    #expect(line.contains("error"))
    try await Task.sleep(for: .seconds(2))
    #expect(try service.lines().filter { $0.contains("refuses") }.count == 1)
    #expect(try await service.stop())
  }

  @Test func anAsteriskThatIsAwayIsWaitedForAndSaidOnce() async throws {
    try lab.pbx.kill()
    let service = try ServiceProcess.start(Self.target, in: lab, name: "away")
    try await service.logged("waiting for Asterisk")
    try await Task.sleep(for: .seconds(2))
    #expect(try service.lines().filter { $0.contains("waiting for Asterisk") }.count == 1)
    try await lab.pbx.restart()
    try await service.logged("info ready", within: .seconds(20))
    let call = try await lab.call()
    try await call.agent().time(of: .talking, within: .seconds(20))
    try await call.hangUp()
    #expect(try await call.ended().result == "CONNECTED")
    #expect(try await service.stop())
  }
}
