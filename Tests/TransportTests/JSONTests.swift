import Testing

@testable import Transport

@Suite struct JSONTests {
  private static let values: [(String, JSON)] = [
    ("null", nil), ("true", true), ("-12", -12), ("1.5", 1.5), (#""a\u00e9\n""#, "aé\n"), ("[]", []), ("{}", [:]),
    (#"{"a": [1, {"b": null}], "c": "d"}"#, ["a": [1, ["b": nil]], "c": "d"]),
    ("9223372036854775807", JSON.integer(Int64.max)), (#""\ud83d\ude00""#, "😀"),
  ]

  @Test(arguments: values)
  func parsing(_ text: String, _ value: JSON) throws {
    #expect(try JSON(parsing: text) == value)
  }

  private static let roundTrips: [JSON] = [
    nil, false, 0, .integer(.min), 1e300, .real(.leastNonzeroMagnitude), -0.5, "", "\u{0}\u{1f}\"\\/\u{2028}é😀",
    [[], [:], [1, [2]]],
    ["b": 1, "a": ["x\ny": nil]],
  ]

  @Test(arguments: roundTrips)
  func writtenAndReadAgain(_ value: JSON) throws {
    let text = value.serialized()
    // NUL is the one character that is written and not read.
    guard !text.contains("\\u0000") else { return }
    #expect(try JSON(parsing: text) == value)
  }

  private static let texts: [(JSON, String)] = [
    (["b": 1, "a": [true, nil]], #"{"a":[true,null],"b":1}"#), ("\u{1}\"", #""\u0001\"""#),
    (.real(.nan), "null"), (.real(.infinity), "null"), (2.0, "2.0"),
  ]

  @Test(arguments: texts)
  func writing(_ value: JSON, _ text: String) {
    #expect(value.serialized() == text)
  }

  private static let malformed: [(String, Int, Int)] = [
    ("", 1, 0), ("{", 1, 1), ("{\n  \"a\": ]", 2, 10), ("[1, 2", 1, 5), ("{\"a\":1,\"a\":2}", 1, 10), ("1 2", 1, 3),
    ("\"\\u0000\"", 1, 8), ("99999999999999999999", 1, 20), ("1e999", 1, 5), ("nul", 1, 3), ("\"\\ud800\"", 1, 8),
  ]

  @Test(arguments: malformed)
  func mistakes(_ text: String, _ line: Int, _ position: Int) {
    let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
    #expect(error?.kind == .malformed)
    #expect(error?.line == line)
    #expect(error?.position == position)
    #expect(error?.message.isEmpty == false)
  }

  @Test(arguments: [[UInt8(ascii: "\""), 0xff, UInt8(ascii: "\"")], [0x22, 0xc0, 0x80, 0x22], [0x5b, 0x00, 0x5d]])
  func bytesThatAreNoText(_ bytes: [UInt8]) {
    #expect(#expect(throws: JSONError.self) { try JSON(parsing: bytes) }?.kind == .malformed)
  }

  @Test func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSON(parsing: nested(JSON.deepestNesting))
    let error = #expect(throws: JSONError.self) { try JSON(parsing: "\n" + nested(100_000)) }
    #expect(error?.kind == .tooDeep)
    #expect(error?.line == 2)
    #expect(error?.column == JSON.deepestNesting + 1)
    // Brackets in a string are text.
    _ = try JSON(parsing: "\"\\\"" + String(repeating: "[", count: 1000) + "\"")
  }

  @Test func size() {
    let text = [UInt8](repeating: UInt8(ascii: " "), count: JSON.largestText + 1)
    #expect(#expect(throws: JSONError.self) { try JSON(parsing: text) }?.kind == .tooLarge)
  }

  @Test func accessors() {
    let value: JSON = ["s": "x", "i": 2, "r": 0.5, "b": true, "n": nil, "a": [1]]
    #expect(value["s"]?.string == "x" && value["i"]?.integer == 2 && value["i"]?.number == 2)
    #expect(value["r"]?.number == 0.5 && value["b"]?.bool == true && value["n"]?.isNull == true)
    #expect(value["a"]?.array == [1] && value["missing"] == nil && value["s"]?["x"] == nil)
  }

  @Test(arguments: [(260.0, 260), (-0.0, 0), (0.5, nil), (1e300, nil), (.infinity, nil)] as [(Double, Int64?)])
  func aWholeNumberWithAPointIsAnInteger(_ value: Double, _ integer: Int64?) {
    #expect(JSON.real(value).integer == integer)
  }

  /// Whatever comes, the answer is a value that survives being written and read, or an error inside the text.
  @Test(arguments: 0..<20)
  func mutations(_ seed: UInt64) throws {
    var chance = SplitMix(state: seed)
    let original = Array(
      #"{"type":"StasisStart","args":["a",-1.5e3,true,null],"channel":{"id":"1\u00e9","n":[[{}]]}}"#.utf8
    )
    for _ in 0..<500 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &chance) {
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        switch Int.random(in: 0..<4, using: &chance) {
        case 0: bytes[place] = .random(in: 0...255, using: &chance)
        case 1: bytes.insert(original.randomElement(using: &chance) ?? 0, at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 3))
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
        }
        if bytes.isEmpty { bytes = original }
      }
      do throws(JSONError) {
        let value = try JSON(parsing: bytes)
        let again = try JSON(parsing: value.serialized())
        #expect(again == value)
      } catch {
        #expect((0...bytes.count).contains(error.position) && error.line >= 1)
      }
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }
  }

  @Test func namesInTheirOrder() throws {
    let bytes = Array(#"{"b": {"z": 1, "a": {"x": 1}, "m": null, "\u00e9": 2}, "a": [1]}"#.utf8)
    #expect(try JSON.names(at: [], in: bytes) == ["b", "a"])
    #expect(try JSON.names(at: ["b"], in: bytes) == ["z", "a", "m", "é"])
    #expect(try JSON.names(at: ["b", "a"], in: bytes) == ["x"])
    #expect(try JSON.names(at: ["a"], in: bytes) == nil)
    #expect(try JSON.names(at: ["nowhere", "b"], in: bytes) == nil)
    #expect(throws: JSONError.self) { try JSON.names(at: [], in: Array("{".utf8)) }
  }

  /// Swift takes them for one name: one of the two values would be lost.
  @Test(arguments: ["{\"caf\u{e9}\": 1, \"cafe\u{301}\": 2}", "[{\"a\": {\"\u{2260}\": 1, \"=\u{338}\": 1}}]"])
  func namesThatLookTheSameAreDuplicates(_ text: String) {
    let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
    #expect(error?.kind == .malformed)
  }
}
