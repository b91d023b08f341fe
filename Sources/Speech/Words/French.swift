extension SpokenLanguage {
  package static let french = SpokenLanguage(
    digits: ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
    plus: "plus",
    number: "numéro",
    percent: "pour cent",
    signs: [".": "point", "@": "arobase", "-": "tiret", "_": "tiret bas", "+": "plus"],
    and: "et",
    decimalMark: ",",
    groupMarks: ["."],
    feminine: ["21": "vingt et une", "31": "trente et une"],
    currencies: [
      "€": .euro, "EUR": .euro, "$": .dollar, "USD": .dollar, "£": .pound, "GBP": .pound, "CHF": .franc,
    ],
    magnitudes: [
      "mille": "mille", "million": "million", "millions": "millions", "milliard": "milliard",
      "milliards": "milliards", "mio": "millions",
    ],
    ofMany: { $0.first.map { "aeiou".contains($0) } == true ? "d'\($0)" : "de \($0)" },
    units: frenchUnits,
    abbreviations: [
      "mme": "madame", "mlle": "mademoiselle", "mm": "messieurs", "dr": "docteur", "p.ex": "par exemple",
      "etc": "et cetera", "tél": "téléphone", "env": "environ", "svp": "s'il vous plaît", "réf": "référence",
      "ttc": "toutes taxes comprises", "ht": "hors taxes", "&": "et", "c.-à-d": "c'est-à-dire", "bd": "boulevard",
      "rdv": "rendez-vous", "vs": "contre", "sarl": "S A R L", "tva": "T V A", "cie": "compagnie",
    ],
    dotted: ["m": "monsieur", "av": "avenue", "st": "saint", "ste": "sainte", "ex": "exemple"],
    pairs: ["p ex": "par exemple"],
    spelled: ["API", "ID", "URL", "UE", "IP", "IA", "SA"],
    numberSigns: ["n°", "nº", "no", "nos"],
    labels: [
      "compte", "commande", "facture", "numéro", "n°", "nº", "ticket", "dossier", "référence", "réf", "code", "contrat",
      "client", "cliente", "poste", "réservation", "vol", "chambre", "pin", "carte", "police", "suivi",
    ],
    links: ["numéro", "n°", "nº", "est", "le", "#", "avec"],
    quantities: [
      "seconde", "secondes", "minute", "minutes", "heure", "heures", "jour", "jours", "semaine", "semaines", "mois",
      "an", "ans", "année", "années", "fois", "personnes", "euros", "dollars", "articles", "appels",
    ],
    ordinalEndings: ["er", "ère", "re", "e", "ème", "nd", "nde"],
    phoneShapes: [[2, 2, 2, 2, 2]],
    saysPairs: true,
    dateMarks: ["."],
    date: { year, month, day, _ in
      let months = [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
      ]
      return "\(day == 1 ? "premier" : "\(day)") \(months[month - 1])" + (year.map { " \($0)" } ?? "")
    },
    time: { hour, minute, _ in
      let clock = ["1": "une", "21": "vingt et une"]["\(hour)"] ?? "\(hour)"
      return clock + (hour < 2 ? " heure" : " heures") + (minute == 0 ? "" : " \(minute)")
    },
    timeMarks: ["h"],
    clockWord: "h"
  )
}

private let frenchUnits: [String: SpokenLanguage.Noun] = [
  "kg": .masculine("kilo", "kilos"), "g": .masculine("gramme", "grammes"), "km": .masculine("kilomètre", "kilomètres"),
  "m": .masculine("mètre", "mètres"), "cm": .masculine("centimètre", "centimètres"),
  "mm": .masculine("millimètre", "millimètres"), "km/h": .masculine("kilomètre à l'heure", "kilomètres à l'heure"),
  "s": .feminine("seconde", "secondes"), "min": .feminine("minute", "minutes"), "h": .feminine("heure", "heures"),
  "ko": .masculine("kilooctet", "kilooctets"), "mo": .masculine("mégaoctet", "mégaoctets"),
  "go": .masculine("gigaoctet", "gigaoctets"), "to": .masculine("téraoctet", "téraoctets"),
  "gb": .masculine("gigaoctet", "gigaoctets"), "mb": .masculine("mégaoctet", "mégaoctets"),
  "kwh": .masculine("kilowattheure", "kilowattheures"), "l": .masculine("litre", "litres"),
  "°c": .masculine("degré", "degrés"), "°": .masculine("degré", "degrés"),
]

extension SpokenLanguage.Noun {
  fileprivate static func masculine(_ one: String, _ many: String) -> Self { Self(one: "un \(one)", many: many) }
  fileprivate static func feminine(_ one: String, _ many: String) -> Self {
    Self(one: "une \(one)", many: many, isFeminine: true)
  }
}

extension SpokenLanguage.Currency {
  fileprivate static let euro = Self(unit: .masculine("euro", "euros"), cent: .masculine("centime", "centimes"))
  fileprivate static let dollar = Self(unit: .masculine("dollar", "dollars"), cent: .masculine("cent", "cents"))
  fileprivate static let pound = Self(unit: .feminine("livre", "livres"), cent: .masculine("penny", "pence"))
  fileprivate static let franc = Self(unit: .masculine("franc", "francs"), cent: .masculine("centime", "centimes"))
}
