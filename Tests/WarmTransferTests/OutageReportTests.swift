import ARI
import Testing

@testable import WarmTransfer

@Suite struct OutageReportTests {
  @Test func anOutageIsToldOnceThenRarelyAndWhenItChanges() {
    var report = OutageReport()
    let start = ContinuousClock.now
    let refused = ARIEventFeed.Loss.unreachable("connection refused")
    #expect(report.isNews(refused, at: start))
    #expect(!report.isNews(refused, at: start + .seconds(1)))
    #expect(!report.isNews(refused, at: start + .seconds(299)))
    #expect(report.isNews(.wrongCredentials, at: start + .seconds(299)))
    #expect(!report.isNews(.wrongCredentials, at: start + .seconds(300)))
    #expect(report.isNews(.wrongCredentials, at: start + .seconds(600)))
  }
}
