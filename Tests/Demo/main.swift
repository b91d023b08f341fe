import Foundation
import Lab

let lab = try await Lab.start()
let conf = lab.files.appendingPathComponent("warm_transfer.conf")
try """
[general]
ari_url = \(lab.ariURL)
ari_username = \(lab.ariUsername)
ari_password = \(lab.ariPassword)
sounds_dir = \(lab.soundsDirectory.path)
sounds_dir_in_asterisk = \(lab.soundsDirectoryInAsterisk)
log_level = debug
[transfer]
hold_music = default
[billing]
type = target
dial = PJSIP/accept-1000-5000-billing@trunk
name = the billing team
""".write(to: conf, atomically: true, encoding: .utf8)
let service = try ServiceProcess.start(["serve", "--config", conf.path])
service.listen { say($0) }
do {
  try await service.logged("info ready")
  let call = try await lab.call(variables: ["WT_TOPIC": "billing", "WT_SUMMARY": "Account 4821 was charged twice."])
  let agent = try await lab.agent(named: "billing")
  say("rings", try await agent.callerID())
  try await agent.time(of: .talking, within: .seconds(20))
  try await Task.sleep(for: .seconds(4))
  try await agent.hangUp()
  say("returned", try await call.returned())
  try await Task.sleep(for: .seconds(1))
  try await call.hangUp()
  say("CALLER\n" + (try await call.heard()).timeline.map(\.description).joined(separator: "\n"))
  say("AGENT\n" + (try await agent.heard()).timeline.map(\.description).joined(separator: "\n"))
  say("left", try await lab.leftovers())
} catch { say("FAILED", error) }
_ = try await service.stop()
try lab.keepFiles()
say(lab.files.path)
lab.stop()
func say(_ parts: Any...) { FileHandle.standardOutput.write(Data((parts.map { "\($0)" }.joined(separator: " ") + "\n").utf8)) }
