package import Transfer

/// What those ask who give a language model tools.
package protocol ToolsBackend: CallTokensBackend {
  func offer() async -> TransferOffer
  /// Of the service.
  var version: String { get async }
  /// What a caller is told who cannot be transferred now; nil where the administrator wants nothing said.
  func apology(in language: LanguageTag?) async -> String?
}

/// To whom callers may be transferred, as the conf file says it now.
package struct TransferOffer: Equatable, Sendable {
  package var departments: [Department]
  /// By which rules choose.
  package var topics: [String]

  package init(departments: [Department], topics: [String] = []) {
    (self.departments, self.topics) = (departments, topics)
  }
}

/// A group, or a target that is in no group.
package struct Department: Equatable, Sendable {
  package var name: String
  package var spokenName: String
  /// Somebody is signed on there whose phone can be reached.
  package var isStaffed: Bool

  package init(name: String, spokenName: String, isStaffed: Bool) {
    (self.name, self.spokenName, self.isStaffed) = (name, spokenName, isStaffed)
  }
}
