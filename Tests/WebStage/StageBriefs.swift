package import Transfer
package import Web

extension StageBackend {
  package func keep(_ brief: Brief) async throws(Refusal) -> KeptBrief {
    try checkMood()
    if let target = brief.target, target == "nobody" { throw .unknownTarget(target) }
    briefs.append(brief)
    guard let token = BriefToken("0123456789abcdefghjk") else { throw .notAcceptingNow("no token") }
    return KeptBrief(token: token, until: WallTime(milliseconds: 1_800_000_000_000))
  }
}
