import Runtime
import Transfer
import Transport

/// Whom `warm-transfer callbacks add` has called back.
package struct WantedCallback: Equatable, Sendable {
  package var number: String
  package var target: String?
  package var name: String?
  package var reason: String?
  /// `2026-12-24 18:00`, by the clock of `[general]`; nil: as soon as somebody is free.
  package var moment: String?

  package init(_ number: String) { self.number = number }
}

// What `warm-transfer callbacks` asks of the service that runs on this machine.
extension RunningService {
  static let mostCallbacks = 200

  package struct Callbacks: Sendable {
    /// Nil where there are none.
    package let table: Table?
    /// As the service said it.
    package let json: String
  }

  package func callbacks() async throws(Failure) -> Callbacks {
    let answer = try await ask(.get, "/v1/callbacks?limit=\(Self.mostCallbacks)")
    let rows = (answer["callbacks"]?.array ?? []).map { callback in
      [
        callback["id"]?.string ?? "", callback["number"]?.string ?? "", callback["caller_name"]?.string ?? "",
        callback["state"]?.string ?? "", callback["place"]?.integer.map { "\($0)" } ?? "",
        callback["tries"]?.integer.map { "\($0)" } ?? "", callback["next_try_at"]?.string ?? "",
        callback["requested_at"]?.string ?? "", callback["party"]?.string ?? "", callback["topic"]?.string ?? "",
      ]
      .map(\.onOneLine)
    }
    let heading = ["id", "number", "caller", "state", "place", "tries", "next try", "requested", "by", "topic"]
    return Callbacks(table: rows.isEmpty ? nil : Table([heading] + rows), json: answer.serialized())
  }

  /// What was done, in words.
  package func add(_ wanted: WantedCallback) async throws(Failure) -> String {
    var order: [String: JSON] = ["number": .string(wanted.number)]
    order["target"] = wanted.target.map(JSON.string)
    order["caller_name"] = wanted.name.map(JSON.string)
    order["reason"] = wanted.reason.map(JSON.string)
    if let moment = wanted.moment { order["not_before"] = .string(try time(moment)) }
    let answer = try await ask(.post, "/v1/callbacks", .object(order))
    guard let id = answer["id"]?.string, let number = answer["number"]?.string else {
      throw .refused("unexpected answer from the service")
    }
    return "\(number.onOneLine) will be called back, callback \(id.onOneLine)"
  }

  private func time(_ moment: String) throws(Failure) -> String {
    guard let time = clock.moment(written: moment) else {
      throw .refused("'\(moment.onOneLine)' is not a time such as '2026-12-24 18:00'")
    }
    return Timestamp(milliseconds: time.milliseconds).description
  }

  /// What was done, in words.
  package func cancelCallback(_ id: String) async throws(Failure) -> String {
    guard let callback = TransferID(id) else { throw .refused("'\(id.onOneLine)' is not a callback ID") }
    _ = try await ask(.delete, "/v1/callbacks/\(callback)")
    return "callback \(callback) cancelled"
  }
}
