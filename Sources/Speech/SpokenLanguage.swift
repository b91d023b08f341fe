/// The words of one language that `SpokenText` puts in place of signs: another language is another table.
package struct SpokenLanguage: Sendable {
  struct Currency: Sendable {
    let one: String
    let many: String
    let cent: String
    let cents: String
  }

  /// Zero to nine.
  let digits: [String]
  let plus: String
  let number: String
  let percent: String
  /// Signs inside an e-mail address or a host.
  let signs: [Character: String]
  let and: String
  /// By sign and by code.
  let currencies: [String: Currency]
  let magnitudes: Set<String>
  /// Singular and plural, by what is written.
  let units: [String: (one: String, many: String)]
  /// Written in full, by the small letters and without the dot.
  let abbreviations: [String: String]
  /// Those that are words too, and stand for something only with their dot.
  let dotted: [String: String]
  /// Capitals that are said letter by letter although they have a vowel.
  let spelled: Set<String>
  /// After these a number is a name, not a quantity.
  let labels: Set<String>
  /// What may stand between a label and its number.
  let links: Set<String>
  /// What makes the number before it a quantity even after a label.
  let quantities: Set<String>
  /// How many digits the groups of a phone number have that is written without a plus.
  let phoneShapes: Set<[Int]>
  let date: @Sendable (_ year: Int, _ month: Int, _ day: Int) -> String
  /// Whether 3/4/2026 is the fourth of March.
  let monthComesFirst: Bool
  let time: @Sendable (_ hour: Int, _ minute: Int, _ meridiem: String?) -> String
}

extension SpokenLanguage {
  package static let english = SpokenLanguage(
    digits: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    plus: "plus",
    number: "number",
    percent: "percent",
    signs: [".": "dot", "@": "at", "-": "dash", "_": "underscore", "+": "plus"],
    and: "and",
    currencies: [
      "$": .dollar, "USD": .dollar, "€": .euro, "EUR": .euro, "£": .pound, "GBP": .pound, "¥": .yen, "JPY": .yen,
    ],
    magnitudes: ["thousand", "million", "billion", "trillion"],
    units: [
      "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
      "oz": ("ounce", "ounces"), "km": ("kilometer", "kilometers"), "m": ("meter", "meters"),
      "cm": ("centimeter", "centimeters"), "mm": ("millimeter", "millimeters"), "mi": ("mile", "miles"),
      "ft": ("foot", "feet"), "mph": ("mile an hour", "miles an hour"),
      "km/h": ("kilometer an hour", "kilometers an hour"),
      "ms": ("millisecond", "milliseconds"), "s": ("second", "seconds"), "sec": ("second", "seconds"),
      "secs": ("second", "seconds"), "min": ("minute", "minutes"), "mins": ("minute", "minutes"),
      "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
      "kb": ("kilobyte", "kilobytes"), "mb": ("megabyte", "megabytes"), "gb": ("gigabyte", "gigabytes"),
      "tb": ("terabyte", "terabytes"), "mbps": ("megabit a second", "megabits a second"),
      "gbps": ("gigabit a second", "gigabits a second"), "kwh": ("kilowatt hour", "kilowatt hours"),
      "°c": ("degree Celsius", "degrees Celsius"), "°f": ("degree Fahrenheit", "degrees Fahrenheit"),
    ],
    abbreviations: [
      "acct": "account", "ref": "reference", "ext": "extension", "asap": "as soon as possible", "dr": "Doctor",
      "mr": "Mister",
      "mrs": "Missus", "ms": "Miz", "dept": "department", "approx": "approximately", "appt": "appointment",
      "qty": "quantity", "tel": "telephone", "vs": "versus", "w/o": "without", "w/": "with", "&": "and",
      "e.g": "for example", "i.e": "that is", "etc": "et cetera", "inc": "incorporated", "ltd": "limited",
    ],
    dotted: ["ave": "Avenue", "blvd": "Boulevard", "rd": "Road", "jr": "Junior", "sr": "Senior"],
    spelled: ["API", "ID", "IT", "URL", "USA", "EU", "UK", "UI", "AI", "IVR", "ETA", "FAQ", "IP", "IOU", "UPS", "EIN"],
    labels: [
      "account", "acct", "order", "ticket", "case", "invoice", "confirmation", "reference", "ref", "extension", "ext",
      "id", "pin", "code", "policy", "member", "membership", "card", "number", "no", "claim", "tracking", "serial",
      "booking", "reservation", "customer", "flight", "room", "zip", "ending",
    ],
    links: ["number", "no", "id", "is", "#", "in", "code", "with", "ending"],
    quantities: [
      "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months",
      "year", "years", "time", "times", "people", "percent", "dollars", "euros", "pounds", "items", "calls",
    ],
    phoneShapes: [[3, 3, 4], [3, 4], [1, 3, 3, 4]],
    date: { year, month, day in
      let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
      ]
      return "\(months[month - 1]) \(day)\(englishOrdinalEnding(day)), \(year)"
    },
    monthComesFirst: true,
    time: { hour, minute, meridiem in
      let half = meridiem ?? (hour > 12 || hour == 0 ? (hour < 12 ? "a m" : "p m") : nil)
      let clock = hour % 12 == 0 ? 12 : hour % 12
      let minutes = minute == 0 ? nil : minute < 10 ? "oh \(minute)" : "\(minute)"
      let end = half ?? (minute == 0 ? "o'clock" : nil)
      return ["\(clock)", minutes, end].compactMap(\.self).joined(separator: " ")
    }
  )
}

extension SpokenLanguage.Currency {
  fileprivate static let dollar = Self(one: "dollar", many: "dollars", cent: "cent", cents: "cents")
  fileprivate static let euro = Self(one: "euro", many: "euros", cent: "cent", cents: "cents")
  fileprivate static let pound = Self(one: "pound", many: "pounds", cent: "penny", cents: "pence")
  fileprivate static let yen = Self(one: "yen", many: "yen", cent: "sen", cents: "sen")
}

private func englishOrdinalEnding(_ day: Int) -> String {
  switch day {
  case 1, 21, 31: "st"
  case 2, 22: "nd"
  case 3, 23: "rd"
  default: "th"
  }
}
