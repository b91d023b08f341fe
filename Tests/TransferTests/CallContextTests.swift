import Testing

@testable import Transfer

@Suite struct CallContextTests {
  private static func filled(_ word: String) -> CallContext {
    var context = CallContext { "\(word) \($0.name)" }
    context.language = LanguageTag("de")
    context.facts = [.init(name: word, value: word)]
    context.spokenSummary = word
    return context
  }

  @Test func eachNameStandsForOnePart() {
    let fields = CallContext.fields
    #expect(Set(fields.map(\.name)).count == fields.count && Set(fields.map(\.variable)).count == fields.count)
    for field in fields {
      var context = CallContext()
      context[field] = "pt"
      if case .facts = field.content {
        #expect(context == CallContext(), "a text is no fact")
      } else {
        #expect(context[field] == "pt" && context != CallContext(), "\(field.name)")
      }
    }
  }

  @Test func whatOneDoesNotSayTheOtherMay() {
    let (one, other) = (Self.filled("one"), Self.filled("other"))
    #expect(one.laid(over: other) == one)
    var laid = CallContext().laid(over: other)
    laid.spokenSummary = other.spokenSummary
    #expect(laid == other)
    var part = CallContext()
    part.reason = "a refund"
    #expect(part.laid(over: other).reason == "a refund" && part.laid(over: other).summary == "other summary")
  }

  @Test func whatIsTooLongIsCutByCodePoints() {
    for field in CallContext.fields {
      let limit: Int
      switch field.content {
      case .line(_, let most), .lines(_, let most), .turns(_, let most): limit = most
      case .language, .facts: continue
      }
      var context = CallContext()
      context[field] = String(repeating: "\u{301}", count: limit)
      #expect(context.cut().isEmpty, "\(field.name)")
      // One character, to Swift.
      context[field] = "e" + String(repeating: "\u{301}", count: limit)
      #expect(context.cut() == [field.name])
      #expect(context[field].unicodeScalars.count == limit)
    }
    var context = CallContext()
    context.facts = (0...50).map { .init(name: "n\($0)", value: String(repeating: "v", count: 501)) }
    #expect(context.cut() == ["facts"])
    #expect(context.facts.count == 50 && context.facts.allSatisfy { $0.value.count == 500 })
  }

  @Test func whatIsKeptWhenTheWordsGo() {
    let (empty, whole) = (CallContext(), Self.filled("x"))
    for (part, same) in zip(Mirror(reflecting: whole).children, Mirror(reflecting: empty).children) {
      #expect("\(part.value)" != "\(same.value)", "nothing would be seen of \(part.label ?? "?")")
    }
    var rest = CallContext()
    rest.topic = whole.topic
    rest.language = whole.language
    rest.disclosedAt = whole.disclosedAt
    #expect(whole.redacted == rest)
    #expect(Set(CallContext.fields.filter { !$0.isPrivate }.map(\.name)) == ["topic", "language", "disclosed_at"])
  }
}
