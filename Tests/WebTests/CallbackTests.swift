import Testing
import Transfer
import Transport
import WebStage

@testable import Web

/// Callbacks over the API, on a service in memory.
@Suite struct CallbackTests {
  @Test func oneIsAskedForShownAndCancelled() async throws {
    let stage = Stage()
    let body = #"{"number": "+1 555 123-4567", "target": "alice", "caller_name": "Sarah", "topic": "billing"}"#
    let answer = await stage.ask("POST", "/v1/callbacks", body: body)
    #expect(answer.status == 201 && answer.headers["location"] == "/v1/callbacks/c1")
    let shown = try #require(await stage.ask("GET", "/v1/callbacks/c1").json)
    #expect(shown == answer.json && shown["caller_name"] == "Sarah" && shown["state"] == "waiting")
    let again = await stage.ask("POST", "/v1/callbacks", body: #"{"number": "0015551234567"}"#)
    #expect(again.status == 409 && again.code == "callback_open" && again.json?["callback"] == "c1")
    #expect(await stage.ask("DELETE", "/v1/callbacks/c1").status == 204)
    #expect(await stage.ask("GET", "/v1/callbacks/c1").code == "unknown_callback")
  }

  @Test func theTimeIsReadWithItsOffset() async throws {
    let stage = Stage()
    let body = #"{"number": "+15551234567", "not_before": "2027-01-15T10:00:00+02:00"}"#
    let answer = try #require(await stage.ask("POST", "/v1/callbacks", body: body).json)
    #expect(answer["next_try_at"] == "2027-01-15T08:00:00.000Z" && answer["state"] == "resting")
    let wrong = await stage.ask("POST", "/v1/callbacks", body: #"{"number": "+1555", "not_before": "noon"}"#)
    #expect(wrong.code == "invalid_field" && wrong.json?["field"] == "not_before")
  }

  @Test func theListIsShortAndSaysHowManyThereAre() async throws {
    let stage = Stage()
    for number in 1...3 { await stage.desk.addCallback("t\(number)", "+1555123456\(number)") }
    await stage.desk.addCallback("t9", "+15551234569", .ended)
    let answer = try #require(await stage.ask("GET", "/v1/callbacks?limit=2").json)
    #expect(answer["callbacks"]?.array?.compactMap { $0["id"]?.string } == ["t1", "t2"] && answer["open"] == 3)
    #expect(await stage.ask("GET", "/v1/callbacks?limit=0").code == "invalid_parameter")
  }

  @Test(arguments: [
    (CallbackReport.State.calling, "already_decided"), (.connected, "already_decided"), (.ended, "already_ended"),
  ])
  func whatIsDecidedIsNotCancelled(_ state: CallbackReport.State, _ code: String) async {
    let stage = Stage()
    await stage.desk.addCallback("t1", "+15551234567", state)
    #expect(await stage.ask("DELETE", "/v1/callbacks/t1").code == code)
  }

  @Test(arguments: [
    ("POST", "/v1/callbacks", "read"), ("DELETE", "/v1/callbacks/t0", "read"), ("GET", "/v1/callbacks", "transfer"),
  ])
  func whoMayNotIsRefused(_ method: String, _ path: String, _ token: String) async {
    #expect(await Stage().ask(method, path, body: #"{"number": "+15551234567"}"#, token: token).code == "scope_missing")
  }
}
