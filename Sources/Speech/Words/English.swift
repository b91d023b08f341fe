extension SpokenLanguage {
  package static let english = SpokenLanguage(
    digits: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    letters: ["A": "ay"],
    plus: "plus",
    number: "number",
    percent: "percent",
    signs: [".": "dot", "@": "at", "-": "dash", "_": "underscore", "+": "plus"],
    and: "and",
    currencies: [
      "$": .dollar, "USD": .dollar, "€": .euro, "EUR": .euro, "£": .pound, "GBP": .pound, "¥": .yen, "JPY": .yen,
    ],
    magnitudes: ["thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion"],
    units: englishUnits,
    abbreviations: [
      "acct": "account", "ref": "reference", "ext": "extension", "asap": "as soon as possible", "dr": "Doctor",
      "mr": "Mister", "mrs": "Missus", "ms": "Miz", "dept": "department", "approx": "approximately",
      "appt": "appointment", "qty": "quantity", "tel": "telephone", "vs": "versus", "w/o": "without", "w/": "with",
      "&": "and", "e.g": "for example", "i.e": "that is", "etc": "et cetera", "inc": "incorporated", "ltd": "limited",
    ],
    dotted: ["ave": "Avenue", "blvd": "Boulevard", "rd": "Road", "jr": "Junior", "sr": "Senior"],
    street: "Street",
    saint: "Saint",
    spelled: ["API", "ID", "IT", "URL", "USA", "EU", "UK", "UI", "AI", "IVR", "ETA", "FAQ", "IP", "IOU", "UPS", "EIN"],
    numberSigns: ["no", "nr"],
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
    ordinalEndings: ["st", "nd", "rd", "th"],
    phoneShapes: [[3, 3, 4], [3, 4], [1, 3, 3, 4]],
    date: { year, month, day, _ in
      let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
      ]
      return "\(months[month - 1]) \(day)\(englishOrdinalEnding(day))" + (year.map { ", \($0)" } ?? "")
    },
    monthComesFirst: true,
    time: { hour, minute, meridiem in
      let half = meridiem ?? (hour > 12 || hour == 0 ? (hour < 12 ? "a m" : "p m") : nil)
      let clock = hour % 12 == 0 ? 12 : hour % 12
      let minutes = minute == 0 ? nil : minute < 10 ? "oh \(minute)" : "\(minute)"
      let end = (half ?? (minute == 0 ? "o'clock" : nil)).map { $0 == "a m" ? "ay m" : $0 }
      return ["\(clock)", minutes, end].compactMap(\.self).joined(separator: " ")
    }
  )
}

private let englishUnits: [String: SpokenLanguage.Noun] = [
  "kg": .init("kilogram", "kilograms"), "g": .init("gram", "grams"), "lb": .init("pound", "pounds"),
  "lbs": .init("pound", "pounds"), "oz": .init("ounce", "ounces"), "km": .init("kilometer", "kilometers"),
  "m": .init("meter", "meters"), "cm": .init("centimeter", "centimeters"), "mm": .init("millimeter", "millimeters"),
  "mi": .init("mile", "miles"), "ft": .init("foot", "feet"), "mph": .init("mile an hour", "miles an hour"),
  "km/h": .init("kilometer an hour", "kilometers an hour"), "ms": .init("millisecond", "milliseconds"),
  "s": .init("second", "seconds"), "sec": .init("second", "seconds"), "secs": .init("second", "seconds"),
  "min": .init("minute", "minutes"), "mins": .init("minute", "minutes"), "h": .init("hour", "hours"),
  "hr": .init("hour", "hours"), "hrs": .init("hour", "hours"), "kb": .init("kilobyte", "kilobytes"),
  "mb": .init("megabyte", "megabytes"), "gb": .init("gigabyte", "gigabytes"), "tb": .init("terabyte", "terabytes"),
  "mbps": .init("megabit a second", "megabits a second"), "gbps": .init("gigabit a second", "gigabits a second"),
  "kwh": .init("kilowatt hour", "kilowatt hours"), "°c": .init("degree Celsius", "degrees Celsius"),
  "°f": .init("degree Fahrenheit", "degrees Fahrenheit"),
]

extension SpokenLanguage.Currency {
  fileprivate static let dollar = Self(unit: .init("dollar", "dollars"), cent: .init("cent", "cents"))
  fileprivate static let euro = Self(unit: .init("euro", "euros"), cent: .init("cent", "cents"))
  fileprivate static let pound = Self(unit: .init("pound", "pounds"), cent: .init("penny", "pence"))
  fileprivate static let yen = Self(unit: .init("yen", "yen"), cent: .init("sen", "sen"))
}

private func englishOrdinalEnding(_ day: Int) -> String {
  switch day {
  case 1, 21, 31: "st"
  case 2, 22: "nd"
  case 3, 23: "rd"
  default: "th"
  }
}
