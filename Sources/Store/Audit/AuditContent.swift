internal import Runtime
package import Transfer
import Transport

/// What the audit trail says of a transfer that has ended.
extension AuditDraft {
  init(_ transfer: EndedTransfer, _ course: TransferCourse?) {
    let summary = transfer.summary
    var content: [String: JSON?] = [
      "requested_at": summary.requestedAt.text, "channel": .known(summary.channel), "topic": .known(summary.topic),
      "party": .known(summary.party), "target": .known(summary.target), "result": .known(summary.result?.rawValue),
      "cause": .known(summary.cause?.rawValue), "wait_ms": summary.wait.map { .integer($0.milliseconds) },
      "unreadable": .known(transfer.unreadable?.message),
    ]
    var words: [String: JSON?] = [:]
    if let course {
      content.merge(Self.content(of: course)) { $1 }
      words = Self.words(of: course)
    }
    if transfer.record.map({ $0.mayBeBehind }) ?? false { content["incomplete"] = true }
    self.init(
      .transfer,
      of: summary.id.description,
      at: summary.endedAt ?? summary.requestedAt,
      content: content.compactMapValues { $0 },
      caller: ["number": .known(summary.callerNumber), "name": .known(summary.callerName)].compactMapValues { $0 },
      words: words.compactMapValues { $0 }
    )
  }

  private static func content(of course: TransferCourse) -> [String: JSON?] {
    let context = course.request.context
    return [
      "pbx": .string(course.request.pbx.rawValue), "requested_by": .known(course.request.requestedBy),
      "disclosed_at": .known(context.disclosedAt), "language": .known(context.language?.description),
      "phases": .array(course.steps.map(\.json)), "calls": .array(course.calls.map(\.json)),
      "actions": .array(course.actions.map(\.json)),
    ]
  }

  private static func words(of course: TransferCourse) -> [String: JSON?] {
    let context = course.request.context
    var words: [String: JSON?] = [:]
    for field in CallContext.fields where field.isPrivate && field.name != "caller_name" {
      switch field.content {
      case .line, .lines, .turns, .language: words[field.name] = .known(context[field])
      case .facts: if !context.facts.isEmpty { words[field.name] = .array(context.facts.map(\.json)) }
      }
    }
    let spoken = course.briefings.filter { !$0.isEmpty }
    if !spoken.isEmpty { words["briefings"] = .array(spoken.map { JSON.string($0) }) }
    return words
  }

  package init(_ wrapUp: WrapUp, of transfer: TransferID) {
    self.init(
      .wrapUp,
      of: transfer.description,
      at: wrapUp.at,
      content: ["answer": .string(wrapUp.answer.rawValue) as JSON?, "by": JSON?.known(wrapUp.by)].compactMapValues {
        $0
      },
      words: ["note": JSON?.known(wrapUp.note)].compactMapValues { $0 }
    )
  }
}

extension TransferCourse.Step {
  fileprivate var json: JSON {
    .object(
      ["at": at.text, "phase": .string(change.phase.rawValue), "target": .known(change.target)]
        .compactMapValues { $0 }
    )
  }
}

extension TransferCourse.Call {
  fileprivate var json: JSON {
    // That of a caller who is called back has none.
    let members: [String: JSON?] = [
      "target": .known(target), "rung_at": rungAt.text, "answered_at": answeredAt?.text,
      "accepted_at": acceptedAt?.text, "end": .known(end?.name), "detected": .known(detection?.verdict.rawValue),
      "detected_by": .known(detection?.cause),
    ]
    return .object(members.compactMapValues { $0 })
  }
}

extension TransferCourse.Call.End {
  /// As a transfer's cause is named, where there is one.
  var name: String {
    switch self {
    case .connected: "CONNECTED"
    case .failed(let cause): cause.rawValue
    case .released: "RELEASED"
    }
  }
}

extension TransferCourse.Action {
  fileprivate var json: JSON {
    let members: [String: JSON?] = [
      "at": at.text, "did": .string(kind.rawValue), "by": .string(by), "target": .known(target),
    ]
    return .object(members.compactMapValues { $0 })
  }
}

extension CallContext.Fact {
  fileprivate var json: JSON { ["name": .string(name), "value": .string(value)] }
}

extension WallTime {
  fileprivate var text: JSON { .string(Timestamp(milliseconds: milliseconds).description) }
}

extension JSON? {
  /// Nothing for an empty text.
  fileprivate static func known(_ text: String?) -> JSON? {
    if let text, !text.isEmpty { .some(.string(text)) } else { .none }
  }
}
