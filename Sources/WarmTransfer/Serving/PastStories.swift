import Speech
import Store
import Transfer
import Transport
import Web

// One transfer from its beginning to its end, for a page about it.
extension ServiceBackend {
  func story(of id: TransferID) async throws(Refusal) -> JSON {
    try await history.story(of: id)
  }

  /// Its sound went with the transfer; its words did not. Only what could be spoken then is spoken again.
  func briefing(of id: TransferID) async throws(Refusal) -> [UInt8] {
    guard let (text, voice) = try await history.briefing(of: id), !text.isEmpty else { throw .unknownTransfer }
    do throws(SpokenFileError) {
      return try await speech.wave(of: text, voice, for: id)
    } catch {
      throw .notAcceptingNow("cannot speak the briefing: \(error)")
    }
  }
}

extension PastTransfers {
  fileprivate func story(of id: TransferID) async throws(Refusal) -> JSON {
    let story = try await reader.answer { records throws(JournalError) -> JSON? in
      guard let summary = try records.summary(of: id) else { return nil }
      do throws(JournalError) {
        guard let record = try records.record(of: id) else { return nil }
        let isOver = summary.endedAt != nil
        let report = isOver ? TransferReport(summary, record) : TransferReport(underWay: record, summary)
        return TransferStory(record, summary).json(report)
      } catch {
        guard error.kind == .unusable else { throw error }
        return ["transfer": TransferReport(summary, unreadable: error).json(withContext: true), "steps": []]
      }
    }
    guard let story else { throw .unknownTransfer }
    return story
  }

  fileprivate func briefing(of id: TransferID) async throws(Refusal) -> (String, Voice)? {
    try await reader.answer { records throws(JournalError) -> (String, Voice)? in
      let events = try records.record(of: id)?.events ?? []
      var ordered: [SpeechID: (String, Voice)] = [:]
      var spoken: (String, Voice)?
      for step in events {
        if case .speechReady(let speech, _) = step.event, case .briefing = speech { spoken = ordered[speech] ?? spoken }
        for case .prepareSpeech(let speech, let text, let voice) in step.effects { ordered[speech] = (text, voice) }
      }
      return spoken
    }
  }
}
