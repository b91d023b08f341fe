internal import Transfer

/// A dialplan is told of no mistake: what it says at greater length than the API takes is cut.
extension CallerContext {
  /// The parts that were too long.
  package mutating func cut() -> [String] {
    var parts: [String] = []
    func cut(_ text: inout String?, _ name: String, _ shape: TextShape) {
      guard let whole = text, whole.count > shape.lengths.upperBound else { return }
      text = String(whole.prefix(shape.lengths.upperBound))
      parts.append(name)
    }
    cut(&topic, "topic", OrderShapes.short)
    cut(&reason, "reason", OrderShapes.short)
    cut(&summary, "summary", OrderShapes.summary)
    cut(&callerName, "caller_name", OrderShapes.short)
    cut(&nextAction, "next_action", OrderShapes.short)
    cut(&transcript, "transcript", OrderShapes.transcript)
    let short = facts.map { $0.prefix(OrderShapes.mostFacts).map(\.withinLimits) }
    if short != facts { parts.append("facts") }
    facts = short
    return parts
  }
}

extension CallContext.Fact {
  fileprivate var withinLimits: Self {
    var fact = self
    fact.name = String(name.prefix(OrderShapes.factName.lengths.upperBound))
    fact.value = String(value.prefix(OrderShapes.factValue.lengths.upperBound))
    return fact
  }
}
