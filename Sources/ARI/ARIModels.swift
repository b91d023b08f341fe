package import Transport

/// One life of an Asterisk, from its start to its end.
package struct ARIInformation: Equatable, Sendable {
  package var version: String
  /// In Asterisk's own words, of no use but to tell it from another start.
  package var startedAt: String

  package init(_ json: JSON) {
    version = json["system"]?["version"]?.string ?? ""
    startedAt = json["status"]?["startup_time"]?.string ?? ""
  }
}

/// A channel as Asterisk describes it at one moment.
package struct ARIChannel: Equatable, Sendable {
  package var id: String
  package var name: String
  package var state: String
  package var callerName: String
  package var callerNumber: String
  package var context: String
  package var exten: String
  /// The dialplan application it is in, and that application's arguments.
  package var application: String
  package var applicationData: String
  /// Of its prompts: `en`, unless the dialplan or the phone's settings say something else.
  package var language: String

  package var isUp: Bool { state == "Up" }

  /// Of somebody who has no channel yet.
  package init(callerNumber: String) {
    self.callerNumber = callerNumber
    (id, name, state, callerName, context, exten) = ("", "", "", "", "", "")
    (application, applicationData, language) = ("", "", "")
  }

  package init(_ json: JSON) throws(ARIFormatError) {
    id = try json.text("id")
    name = try json.text("name")
    state = try json.text("state")
    let caller = json["caller"]
    callerName = caller?["name"]?.string ?? ""
    callerNumber = caller?["number"]?.string ?? ""
    let dialplan = json["dialplan"]
    context = dialplan?["context"]?.string ?? ""
    exten = dialplan?["exten"]?.string ?? ""
    application = dialplan?["app_name"]?.string ?? ""
    applicationData = dialplan?["app_data"]?.string ?? ""
    language = json["language"]?.string ?? ""
  }
}

package struct ARIBridge: Equatable, Sendable {
  package var id: String
  package var channels: [String]

  package init(_ json: JSON) throws(ARIFormatError) {
    id = try json.text("id")
    channels = (json["channels"]?.array ?? []).compactMap(\.string)
  }
}

package struct ARIPlayback: Equatable, Sendable {
  package var id: String
  package var mediaURI: String
  /// `queued`, `playing`, `done` or `failed`; `done` also when it was stopped.
  package var state: String

  package init(_ json: JSON) throws(ARIFormatError) {
    id = try json.text("id")
    mediaURI = json["media_uri"]?.string ?? ""
    state = json["state"]?.string ?? ""
  }
}

package struct ARIRecording: Equatable, Sendable {
  package var name: String
  /// In seconds; nil where there is none.
  package var duration: Int64?
  /// How much of it is no silence; nil where nobody has listened for that.
  package var talking: Int64?
  /// Why there is none.
  package var failure: String?

  package init(_ json: JSON) throws(ARIFormatError) {
    name = try json.text("name")
    duration = json["duration"]?.integer
    talking = json["talking_duration"]?.integer
    failure = try json.text("state") == "failed" ? json["cause"]?.string ?? "" : nil
  }
}

/// JSON that is well formed but not what ARI promises.
package struct ARIFormatError: Error, Equatable, CustomStringConvertible {
  package let description: String
}

extension JSON {
  func text(_ key: String) throws(ARIFormatError) -> String {
    guard let text = self[key]?.string else { throw ARIFormatError(description: "no text \"\(key)\"") }
    return text
  }

  func part(_ key: String) throws(ARIFormatError) -> JSON {
    guard let part = self[key], part.object != nil else { throw ARIFormatError(description: "no object \"\(key)\"") }
    return part
  }
}
