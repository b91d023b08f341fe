extension SpokenLanguage {
  package static let german = SpokenLanguage(
    digits: ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
    plus: "plus",
    number: "Nummer",
    percent: "Prozent",
    signs: [".": "Punkt", "@": "ät", "-": "Minus", "_": "Unterstrich", "+": "plus"],
    and: "und",
    decimalMark: ",",
    groupMarks: ["."],
    currencies: [
      "€": .euro, "EUR": .euro, "$": .dollar, "USD": .dollar, "£": .pound, "GBP": .pound, "CHF": .franc, "Fr": .franc,
    ],
    magnitudes: [
      "tausend": "tausend", "million": "Million", "millionen": "Millionen", "mio": "Millionen",
      "milliarde": "Milliarde", "milliarden": "Milliarden", "mrd": "Milliarden",
    ],
    units: germanUnits,
    abbreviations: [
      "z.b": "zum Beispiel", "d.h": "das heißt", "u.a": "unter anderem", "u.u": "unter Umständen",
      "usw": "und so weiter",
      "bzw": "beziehungsweise", "ca": "circa", "inkl": "inklusive", "zzgl": "zuzüglich", "ggf": "gegebenenfalls",
      "evtl": "eventuell", "mwst": "Mehrwertsteuer", "tel": "Telefon", "dr": "Doktor", "prof": "Professor",
      "hr": "Herr", "kdnr": "Kundennummer", "rg": "Rechnung", "rgnr": "Rechnungsnummer", "&": "und",
      "gmbh": "G M B H", "mio": "Millionen", "mrd": "Milliarden", "vs": "gegen", "abt": "Abteilung",
      "plz": "Postleitzahl", "zzt": "zurzeit", "mfg": "mit freundlichen Grüßen",
    ],
    dotted: ["str": "Straße", "fr": "Frau", "st": "Sankt", "std": "Stunden", "min": "Minuten", "art": "Artikel"],
    pairs: [
      "z b": "zum Beispiel", "d h": "das heißt", "u a": "unter anderem", "u u": "unter Umständen",
      "o ä": "oder ähnliches",
    ],
    spelled: ["API", "ID", "IT", "URL", "USA", "EU", "AI", "KI", "IP", "AG", "OHG", "UG"],
    numberSigns: ["nr", "no"],
    labels: [
      "konto", "bestellung", "auftrag", "rechnung", "ticket", "fall", "vorgang", "vertrag", "referenz", "aktenzeichen",
      "pin", "code", "nummer", "nr", "kunde", "kundin", "flug", "zimmer", "plz", "postleitzahl", "durchwahl", "kennung",
      "buchung", "reservierung", "police", "id",
    ],
    labelEndings: ["nummer", "konto", "code", "zeichen", "nr"],
    links: ["nummer", "nr", "lautet", "ist", "die", "mit", "#", "id"],
    quantities: [
      "sekunde", "sekunden", "minute", "minuten", "stunde", "stunden", "tag", "tage", "tagen", "woche", "wochen",
      "monat", "monate", "monaten", "jahr", "jahre", "jahren", "mal", "personen", "leute", "prozent", "euro", "stück",
      "anrufe", "uhr",
    ],
    ordinalEndings: ["ste", "te", "ten", "sten"],
    phoneShapes: [],
    dateMarks: ["."],
    datePrepositions: germanPrepositions,
    date: { year, month, day, previous in
      let months = [
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
      ]
      let before = previous.lowercased()
      let ending = before == "der" ? "" : germanPrepositions.contains(before) ? "n" : "r"
      let spoken = "\(germanOrdinals[day - 1])\(ending) \(months[month - 1])"
      return spoken + (year.map { " " + germanYear($0) } ?? "")
    },
    time: { hour, minute, _ in "\(hour == 1 ? "ein" : "\(hour)") Uhr" + (minute == 0 ? "" : " \(minute)") },
    timeMarks: [".", "h"],
    clockWord: "uhr"
  )
}

private let germanPrepositions: Set = ["am", "vom", "zum", "bis", "dem", "den", "der", "ab", "beim", "seit"]

/// As after an article: `der erste`.
private let germanOrdinals = [
  "erste", "zweite", "dritte", "vierte", "fünfte", "sechste", "siebte", "achte", "neunte", "zehnte", "elfte",
  "zwölfte", "dreizehnte", "vierzehnte", "fünfzehnte", "sechzehnte", "siebzehnte", "achtzehnte", "neunzehnte",
  "zwanzigste", "einundzwanzigste", "zweiundzwanzigste", "dreiundzwanzigste", "vierundzwanzigste",
  "fünfundzwanzigste", "sechsundzwanzigste", "siebenundzwanzigste", "achtundzwanzigste", "neunundzwanzigste",
  "dreißigste", "einunddreißigste",
]

/// 1999 is `neunzehnhundert 99`.
private func germanYear(_ year: Int) -> String {
  guard (1_100...1_999).contains(year) else { return "\(year)" }
  let teens = [
    "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
  ]
  return teens[year / 100 - 11] + "hundert" + (year % 100 == 0 ? "" : " \(year % 100)")
}

private let germanUnits: [String: SpokenLanguage.Noun] = [
  "kg": .masculine("Kilogramm"), "g": .masculine("Gramm"), "km": .masculine("Kilometer"), "m": .masculine("Meter"),
  "cm": .masculine("Zentimeter"), "mm": .masculine("Millimeter"), "km/h": .masculine("Kilometer pro Stunde"),
  "ms": .feminine("Millisekunde", "Millisekunden"), "s": .feminine("Sekunde", "Sekunden"),
  "sek": .feminine("Sekunde", "Sekunden"), "min": .feminine("Minute", "Minuten"), "h": .feminine("Stunde", "Stunden"),
  "std": .feminine("Stunde", "Stunden"), "kb": .masculine("Kilobyte"), "mb": .masculine("Megabyte"),
  "gb": .masculine("Gigabyte"), "tb": .masculine("Terabyte"), "kwh": .feminine("Kilowattstunde", "Kilowattstunden"),
  "mbit/s": .masculine("Megabit pro Sekunde"), "l": .masculine("Liter"), "°c": .masculine("Grad Celsius"),
  "°": .masculine("Grad"), "m²": .masculine("Quadratmeter"),
]

extension SpokenLanguage.Noun {
  fileprivate static func masculine(_ name: String) -> Self { Self(one: "ein \(name)", many: name) }
  fileprivate static func feminine(_ one: String, _ many: String) -> Self {
    Self(one: "eine \(one)", many: many, isFeminine: true)
  }
}

extension SpokenLanguage.Currency {
  fileprivate static let euro = Self(unit: .masculine("Euro"), cent: .masculine("Cent"))
  fileprivate static let dollar = Self(unit: .masculine("Dollar"), cent: .masculine("Cent"))
  fileprivate static let pound = Self(unit: .masculine("Pfund"), cent: .init(one: "ein Penny", many: "Pence"))
  fileprivate static let franc = Self(unit: .masculine("Franken"), cent: .masculine("Rappen"))
}
