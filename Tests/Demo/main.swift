import Foundation
import Lab

try await Lab.with { lab in
  let service = try ServiceProcess.start(
    """
    [billing]
    type = target
    dial = PJSIP/accept-1000-9000-billing@trunk
    name = the billing team
    """,
    in: lab
  )
  try await service.logged("info ready")
  let call = try await lab.call(variables: ["WT_TOPIC": "billing", "WT_SUMMARY": "Account 4821 was charged twice."])
  let agent = try await lab.agent(named: "billing")
  try await agent.time(of: .talking, within: .seconds(20))
  try await agent.hangUp()
  print(try await call.returned())
  try await call.hangUp()
  print(try await call.heard().timeline.map(\.description).joined(separator: "\n"))
  try await service.stop()
}
