/// What the administrator wants of a transfer: the `[transfer]` section, with a target's own keys laid over it.
package struct TransferPolicy: Equatable, Sendable, Codable {
  package var enabled = true
  /// How long the caller waits in all, from the request to the join.
  package var holdTimeout: Duration = .seconds(90)
  package var ringTimeout: Duration = .seconds(25)
  /// Counted from the moment the briefing has been heard once.
  package var acceptTimeout: Duration = .seconds(20)
  /// What the caller is told to expect until there is experience.
  package var expectedWait: Duration = .seconds(30)
  package var callerID = ProxyCallerID.ofTheCaller
  package var holdMusic = "default"
  package var keys: AnswerKeys
  package var announcement: Template
  package var briefing: Template
  package var mergePrompt: Template
  package var afterCall = AfterCall.returnToDialplan
  package var onFailure = FailureOutcome.returnToDialplan
  package var machineDetection = MachineDetection.off
  package var voice = Voice()

  package init(keys: AnswerKeys, announcement: Template, briefing: Template, mergePrompt: Template) {
    self.keys = keys
    self.announcement = announcement
    self.briefing = briefing
    self.mergePrompt = mergePrompt
  }
}

/// The caller ID that a target's phone shows.
package enum ProxyCallerID: Equatable, Sendable, Codable {
  case ofTheCaller
  /// The name may be empty.
  case fixed(name: String, number: String)
}

/// What becomes of a caller whose conversation was ended by the other side.
package enum AfterCall: String, Equatable, Sendable, Codable, CaseIterable {
  case returnToDialplan = "return"
  case hangUp = "hangup"
}

/// What becomes of a caller for whom nobody could be had.
package enum FailureOutcome: String, Equatable, Sendable, Codable, CaseIterable {
  case returnToDialplan = "return"
  case hangUp = "hangup"
  case voicemail, callback
}

/// When answering machines are listened for.
package enum MachineDetection: String, Equatable, Sendable, Codable, CaseIterable {
  case parallel, before, off
}

/// How prompts and briefings are spoken.
package struct Voice: Hashable, Sendable, Codable {
  /// A voice or language that espeak-ng knows, such as `en` or `de+f3`.
  package var name = "en"
  package var wordsPerMinute = 160
  /// In percent of full scale.
  package var volume = 100
  /// 0 to 99; 50 is the voice's own.
  package var pitch = 50

  package init() {}
}

/// Somebody who can be rung.
package struct Target: Equatable, Sendable, Codable {
  /// The name of the target's section in the conf file: what a request may say.
  package var name: String
  /// What the caller is told.
  package var spokenName: String
  /// What Asterisk dials, `PJSIP/alice`. It comes from the conf file alone.
  package var dialString: String
  package var policy: TransferPolicy

  package init(name: String, spokenName: String, dialString: String, policy: TransferPolicy) {
    self.name = name
    self.spokenName = spokenName
    self.dialString = dialString
    self.policy = policy
  }
}
