import Testing

@testable import Transport

@Suite struct JSONCodingTests {
  private enum Colour: String, Codable { case red, green }

  private enum Shape: Codable, Equatable {
    case point
    case circle(Double)
    case box(width: Int, Colour?)
  }

  private struct Everything: Codable, Equatable {
    var yes = true
    var small: Int8 = -128
    var large = UInt64.max
    var real = 0.1
    var single: Float = 1.5
    var text = "é\"\n"
    var nothing: Int?
    var something: Int? = 3
    var list: [Shape] = [.point, .circle(2), .box(width: 3, .green), .box(width: -4, nil)]
    var holes: [Int?] = [1, nil, 3]
    var named: [String: [Int]] = ["a": [], "b": [1, 2]]
    var coloured: [Colour: String] = [.red: "apple"]
    var set: Set<Int> = [1, 2]
    var wait: Duration = .milliseconds(123_456)
    var nested = [[["deep"]]]
  }

  @Test func everythingComesBack() throws {
    let value = Everything()
    let text = try JSON(encoding: value).serialized()
    #expect(try JSON(parsing: text).decode(Everything.self) == value)
  }

  @Test func whatItLooksLike() throws {
    let shapes: [Shape] = [.point, .box(width: 3, .green)]
    #expect(try JSON(encoding: shapes) == [["point": [:]], ["box": ["width": 3, "_1": "green"]]])
    #expect(try JSON(encoding: [Colour.red: 1]) == ["red", 1])
    #expect(try JSON(encoding: Int?.none) == nil)
  }

  /// The lower half of a Duration is beyond what Int64 holds from ten seconds on.
  @Test(arguments: [
    Duration.zero, .milliseconds(1), .seconds(9), .seconds(10), .seconds(-1), .seconds(86_400 * 365 * 1_000),
    Duration(secondsComponent: 18, attosecondsComponent: 446_744_073_709_551_615),
  ])
  func durations(_ duration: Duration) throws {
    let text = try JSON(encoding: duration).serialized()
    #expect(try JSON(parsing: text).decode(Duration.self) == duration)
  }

  @Test(arguments: [UInt64(0), 1, UInt64(Int64.max), UInt64(Int64.max) + 1, .max])
  func unsignedIntegers(_ value: UInt64) throws {
    #expect(try JSON(parsing: JSON(encoding: value).serialized()).decode(UInt64.self) == value)
  }

  private class Animal: Codable {
    var legs: Int
    init(legs: Int) { self.legs = legs }
  }

  private final class Dog: Animal {
    private enum Key: CodingKey { case name, tags, size, height }

    let name: String
    let tags: [Int]
    let height: Double

    init(name: String, tags: [Int], height: Double) {
      self.name = name
      self.tags = tags
      self.height = height
      super.init(legs: 4)
    }

    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      name = try container.decode(String.self, forKey: .name)
      var list = try container.nestedUnkeyedContainer(forKey: .tags)
      var tags: [Int] = []
      while !list.isAtEnd {
        var inner = try list.nestedUnkeyedContainer()
        tags.append(try inner.decode(Int.self))
      }
      self.tags = tags
      height = try container.nestedContainer(keyedBy: Key.self, forKey: .size).decode(Double.self, forKey: .height)
      try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      var list = container.nestedUnkeyedContainer(forKey: .tags)
      // Filled after its neighbours: a container can be held on to.
      var size = container.nestedContainer(keyedBy: Key.self, forKey: .size)
      try container.encode(name, forKey: .name)
      for tag in tags {
        var inner = list.nestedUnkeyedContainer()
        try inner.encode(tag)
      }
      try size.encode(height, forKey: .height)
      try super.encode(to: container.superEncoder())
    }
  }

  @Test func containersInContainers() throws {
    let json = try JSON(encoding: Dog(name: "Rex", tags: [1, 2], height: 0.5))
    #expect(json == ["name": "Rex", "tags": [[1], [2]], "size": ["height": 0.5], "super": ["legs": 4]])
    let dog = try json.decode(Dog.self)
    #expect(dog.name == "Rex" && dog.tags == [1, 2] && dog.height == 0.5 && dog.legs == 4)
  }

  private struct Place: Decodable {
    let number: Int
    let names: [String]
  }

  private static let mistakes: [(JSON, JSONCodingError.Kind, String)] = [
    (nil, .wrongType, ""), (["number": 1], .missing, "names"), (["number": "1", "names": []], .wrongType, "number"),
    (["number": 1.5, "names": []], .wrongType, "number"), (["number": 1, "names": ["a", 2]], .wrongType, "names.1"),
    (["number": 1, "names": [:]], .wrongType, "names"), (["number": nil, "names": []], .wrongType, "number"),
  ]

  @Test(arguments: mistakes)
  func mistakesAreToldWithTheirPlace(_ json: JSON, _ kind: JSONCodingError.Kind, _ path: String) {
    let error = #expect(throws: JSONCodingError.self) { try json.decode(Place.self) }
    #expect(error?.kind == kind)
    #expect(error?.path == path)
    #expect(error?.message.isEmpty == false)
  }

  @Test func numbersThatDoNotFit() {
    for json: JSON in [256, -1, "256", "1", "18446744073709551616", .real(1e300)] {
      #expect(throws: JSONCodingError.self) { try json.decode(UInt8.self) }
    }
    for json: JSON in ["18446744073709551616", "9223372036854775807", "-1", "", -1] {
      #expect(throws: JSONCodingError.self) { try json.decode(UInt64.self) }
    }
  }

  @Test(
    arguments: [
      ["point": [:], "circle": ["_0": 1]], [:], "point", ["oval": [:]], ["circle": [:]], ["circle": ["_0": "x"]],
    ] as [JSON]
  )
  func casesThatAreNone(_ json: JSON) {
    #expect(throws: JSONCodingError.self) { try json.decode(Shape.self) }
  }

  @Test(arguments: [[1], [1, "x"], [1, -2], "PT1S", ["9223372036854775808", 0]] as [JSON])
  func durationsThatAreNone(_ json: JSON) {
    #expect(throws: JSONCodingError.self) { try json.decode(Duration.self) }
  }

  @Test func whatJSONCannotSay() {
    for value in [Double.nan, .infinity] {
      let error = #expect(throws: JSONCodingError.self) { try JSON(encoding: ["a": [value]]) }
      #expect(error?.kind == .unwritable)
      #expect(error?.path == "a.0")
    }
    #expect(throws: JSONCodingError.self) { try JSON(encoding: "a\0b") }
  }
}
