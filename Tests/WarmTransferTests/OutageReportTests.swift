import ARI
import Testing

@testable import WarmTransfer

@Suite struct OutageReportTests {
  @Test func anOutageIsToldOnceThenRarelyAndWhenItChanges() {
    var report = OutageReport()
    let start = ContinuousClock.now
    let refused = ARIEventFeed.Loss.unreachable("connection refused")
    let told = [
      report.isNews(refused, at: start),
      report.isNews(refused, at: start + .seconds(1)),
      report.isNews(refused, at: start + .seconds(299)),
      report.isNews(.wrongCredentials, at: start + .seconds(299)),
      report.isNews(.wrongCredentials, at: start + .seconds(300)),
      report.isNews(.wrongCredentials, at: start + .seconds(600)),
    ]
    #expect(told == [true, false, false, true, false, true])
  }
}
