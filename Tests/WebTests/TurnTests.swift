import Testing
import Transport
import WebStage
@testable import Web

@Suite struct TurnTests {
  @Test func aTurnIsAnswered() async {
    let stage = Stage()
    let calm = await stage.ask("POST", "/v1/calls/c/turns", body: #"{"text": "Hello"}"#)
    #expect(calm.status == 200 && calm.json?["transfer"] == false && calm.json?["why"] == "no trigger")
    let asking = await stage.ask(
      "POST",
      "/v1/calls/c/turns",
      body: "speaker=caller&text=a+person&failed=yes&confidence=0.5&sentiment=-0.25",
      headers: [("content-type", "application/x-www-form-urlencoded")]
    )
    #expect(asking.json?["transfer"] == true && asking.json?["trigger"] == "asks" && asking.json?["target"] == "alice")
  }

  @Test(arguments: [
    #"{"speaker": "dog"}"#, #"{"confidence": 2}"#, #"{"failed": "maybe"}"#, #"{"text": "a\u0000"}"#, #"{"mood": 1}"#,
  ])
  func misfits(_ body: String) async {
    let answer = await Stage().ask("POST", "/v1/calls/c/turns", body: body)
    #expect(answer.status == 400 || answer.status == 422)
  }
}
