import Runtime
import Transfer
import Transport

// What `warm-transfer messages` asks of the service that runs on this machine.
extension RunningService {
  static let mostMessages = 200

  package struct Messages: Sendable {
    /// Nil where there are none.
    package let table: Table?
    /// As the service said it.
    package let json: String
  }

  package func messages() async throws(Failure) -> Messages {
    let answer = try await ask(.get, "/v1/messages?limit=\(Self.mostMessages)")
    let messages = answer["messages"]?.array ?? []
    let rows = messages.map { message in
      [
        message["heard_at"] == .null ? "*" : "", message["id"]?.string ?? "", message["at"]?.string ?? "",
        message["seconds"]?.number.map { "\(Int($0))s" } ?? "",
        [message["caller_name"]?.string ?? "", message["caller_number"]?.string ?? ""].filter { !$0.isEmpty }
          .joined(separator: " "),
        message["party"]?.string ?? "", message["topic"]?.string ?? "",
      ]
      .map(\.onOneLine)
    }
    let heading = ["", "id", "left", "length", "caller", "for", "topic"]
    return Messages(table: rows.isEmpty ? nil : Table([heading] + rows), json: answer.serialized())
  }

  /// What was done, in words.
  package func saveMessage(_ id: String, to file: String) async throws(Failure) -> String {
    let path = "/v1/messages/\(try Self.checked(id))"
    let sound = try await bytes(of: path + "/audio")
    do throws(FileError) {
      try FileSystem.write(sound, to: file)
    } catch {
      throw .refused(error.description)
    }
    _ = try await ask(.put, path, ["heard": true])
    return "message \(id) written to \(file)"
  }

  /// What was done, in words.
  package func deleteMessage(_ id: String) async throws(Failure) -> String {
    _ = try await ask(.delete, "/v1/messages/\(try Self.checked(id))")
    return "message \(id) deleted"
  }

  private static func checked(_ id: String) throws(Failure) -> String {
    guard let message = TransferID(id) else { throw .refused("'\(id.onOneLine)' is not a message ID") }
    return message.description
  }
}
