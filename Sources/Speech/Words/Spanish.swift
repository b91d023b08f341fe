extension SpokenLanguage {
  package static let spanish = SpokenLanguage(
    digits: ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    letters: ["Y": "i griega"],
    plus: "más",
    number: "número",
    percent: "por ciento",
    signs: [".": "punto", "@": "arroba", "-": "guion", "_": "guion bajo", "+": "más"],
    and: "y",
    decimalMark: ",",
    groupMarks: ["."],
    feminine: ["21": "veintiuna", "31": "treinta y una", "200": "doscientas", "300": "trescientas"],
    currencies: [
      "€": .euro, "EUR": .euro, "$": .dollar, "USD": .dollar, "£": .pound, "GBP": .pound, "MXN": .peso, "ARS": .peso,
    ],
    magnitudes: ["mil": "mil", "millón": "millón", "millones": "millones"],
    ofMany: { "de \($0)" },
    units: spanishUnits,
    abbreviations: [
      "sr": "señor", "sra": "señora", "srta": "señorita", "dr": "doctor", "dra": "doctora", "ud": "usted",
      "uds": "ustedes", "p.ej": "por ejemplo", "etc": "etcétera", "tel": "teléfono", "tfno": "teléfono",
      "aprox": "aproximadamente", "avda": "avenida", "ref": "referencia", "dpto": "departamento", "&": "y",
      "ee.uu": "Estados Unidos", "c/": "calle", "núm": "número", "ext": "extensión", "s.a": "S A", "pág": "página",
      "vs": "contra",
    ],
    dotted: ["av": "avenida", "sta": "santa", "sto": "santo", "prov": "provincia"],
    pairs: ["p ej": "por ejemplo", "ee uu": "Estados Unidos"],
    spelled: ["API", "ID", "URL", "UE", "IP", "IA"],
    numberSigns: ["n.º", "nº", "núm", "no", "nro"],
    labels: [
      "cuenta", "pedido", "factura", "número", "núm", "n.º", "nº", "ticket", "caso", "referencia", "ref", "código",
      "póliza", "cliente", "extensión", "ext", "reserva", "vuelo", "pin", "habitación", "expediente", "contrato",
      "tarjeta", "incidencia",
    ],
    links: ["número", "núm", "n.º", "nº", "es", "el", "#", "con"],
    quantities: [
      "segundo", "segundos", "minuto", "minutos", "hora", "horas", "día", "días", "semana", "semanas", "mes", "meses",
      "año", "años", "vez", "veces", "personas", "euros", "dólares", "unidades", "llamadas",
    ],
    ordinalEndings: ["º", "ª", "o", "a", "er"],
    phoneShapes: [[3, 3, 3], [3, 2, 2, 2], [2, 4, 4], [2, 3, 4]],
    dateMarks: ["."],
    date: { year, month, day, _ in
      let months = [
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
      ]
      return "\(day) de \(months[month - 1])" + (year.map { " de \($0)" } ?? "")
    },
    time: { hour, minute, _ in
      let clock = ["1": "una", "21": "veintiuna"]["\(hour)"] ?? "\(hour)"
      if minute == 0 { return hour == 1 ? "una hora" : "\(clock) horas" }
      return "\(clock) y \(minute)"
    },
    timeMarks: ["h"],
    clockWord: "h"
  )
}

private let spanishUnits: [String: SpokenLanguage.Noun] = [
  "kg": .masculine("kilo", "kilos"), "g": .masculine("gramo", "gramos"), "km": .masculine("kilómetro", "kilómetros"),
  "m": .masculine("metro", "metros"), "cm": .masculine("centímetro", "centímetros"),
  "mm": .masculine("milímetro", "milímetros"), "km/h": .masculine("kilómetro por hora", "kilómetros por hora"),
  "s": .masculine("segundo", "segundos"), "seg": .masculine("segundo", "segundos"),
  "min": .masculine("minuto", "minutos"), "h": .feminine("hora", "horas"), "kb": .masculine("kilobyte", "kilobytes"),
  "mb": .masculine("megabyte", "megabytes"), "gb": .masculine("gigabyte", "gigabytes"),
  "tb": .masculine("terabyte", "terabytes"), "kwh": .masculine("kilovatio hora", "kilovatios hora"),
  "l": .masculine("litro", "litros"), "°c": .masculine("grado", "grados"), "ºc": .masculine("grado", "grados"),
]

extension SpokenLanguage.Noun {
  fileprivate static func masculine(_ one: String, _ many: String) -> Self { Self(one: "un \(one)", many: many) }
  fileprivate static func feminine(_ one: String, _ many: String) -> Self {
    Self(one: "una \(one)", many: many, isFeminine: true)
  }
}

extension SpokenLanguage.Currency {
  fileprivate static let euro = Self(unit: .masculine("euro", "euros"), cent: .masculine("céntimo", "céntimos"))
  fileprivate static let dollar = Self(unit: .masculine("dólar", "dólares"), cent: .masculine("centavo", "centavos"))
  fileprivate static let pound = Self(unit: .feminine("libra", "libras"), cent: .masculine("penique", "peniques"))
  fileprivate static let peso = Self(unit: .masculine("peso", "pesos"), cent: .masculine("centavo", "centavos"))
}
