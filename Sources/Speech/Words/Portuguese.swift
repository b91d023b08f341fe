extension SpokenLanguage {
  package static let portuguese = SpokenLanguage(
    digits: ["zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"],
    letters: ["A": "á", "E": "é", "O": "ó"],
    plus: "mais",
    number: "número",
    percent: "por cento",
    signs: [".": "ponto", "@": "arroba", "-": "hífen", "_": "sublinhado", "+": "mais"],
    and: "e",
    decimalMark: ",",
    groupMarks: ["."],
    feminine: [
      "2": "duas", "21": "vinte e uma", "22": "vinte e duas", "31": "trinta e uma", "32": "trinta e duas",
      "200": "duzentas", "300": "trezentas",
    ],
    currencies: [
      "R$": .real, "BRL": .real, "€": .euro, "EUR": .euro, "$": .dollar, "USD": .dollar, "US$": .dollar, "£": .pound,
      "GBP": .pound,
    ],
    magnitudes: [
      "mil": "mil", "milhão": "milhão", "milhões": "milhões", "bilhão": "bilhão", "bilhões": "bilhões",
      "mi": "milhões", "bi": "bilhões",
    ],
    ofMany: { "de \($0)" },
    units: portugueseUnits,
    abbreviations: [
      "sr": "senhor", "sra": "senhora", "srta": "senhorita", "dr": "doutor", "dra": "doutora", "p.ex": "por exemplo",
      "etc": "et cetera", "tel": "telefone", "aprox": "aproximadamente", "ltda": "limitada", "ref": "referência",
      "depto": "departamento", "núm": "número", "&": "e", "obs": "observação", "vs": "contra",
      "vc": "você", "s.a": "S A", "pág": "página",
    ],
    dotted: ["av": "avenida", "r": "rua", "ex": "exemplo", "sto": "santo", "sta": "santa"],
    pairs: ["p ex": "por exemplo"],
    spelled: ["API", "ID", "URL", "UE", "IP", "IA", "CPF", "CNPJ"],
    numberSigns: ["n.º", "nº", "n°", "núm"],
    labels: [
      "conta", "pedido", "fatura", "número", "núm", "n.º", "nº", "n°", "ticket", "chamado", "caso", "referência", "ref",
      "código", "apólice", "cliente", "ramal", "reserva", "voo", "quarto", "protocolo", "contrato", "pin", "cpf", "cep",
      "cartão", "nota",
    ],
    links: ["número", "núm", "n.º", "nº", "n°", "é", "o", "#", "com"],
    quantities: [
      "segundo", "segundos", "minuto", "minutos", "hora", "horas", "dia", "dias", "semana", "semanas", "mês", "meses",
      "ano", "anos", "vez", "vezes", "pessoas", "euros", "reais", "dólares", "unidades", "chamadas", "ligações",
    ],
    ordinalEndings: ["º", "ª", "o", "a"],
    phoneShapes: [[2, 5, 4], [2, 4, 4], [3, 3, 3], [5, 4]],
    dateMarks: ["."],
    date: { year, month, day, _ in
      let months = [
        "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
        "dezembro",
      ]
      return "\(day == 1 ? "primeiro" : "\(day)") de \(months[month - 1])" + (year.map { " de \($0)" } ?? "")
    },
    time: { hour, minute, _ in
      let words = ["1": "uma", "2": "duas", "21": "vinte e uma", "22": "vinte e duas"]
      let clock = words["\(hour)"] ?? "\(hour)"
      return clock + (hour == 1 ? " hora" : " horas") + (minute == 0 ? "" : " e \(minute)")
    },
    timeMarks: ["h"],
    clockWord: "h"
  )
}

private let portugueseUnits: [String: SpokenLanguage.Noun] = [
  "kg": .masculine("quilo", "quilos"), "g": .masculine("grama", "gramas"),
  "km": .masculine("quilômetro", "quilômetros"), "m": .masculine("metro", "metros"),
  "cm": .masculine("centímetro", "centímetros"), "mm": .masculine("milímetro", "milímetros"),
  "km/h": .masculine("quilômetro por hora", "quilômetros por hora"), "s": .masculine("segundo", "segundos"),
  "min": .masculine("minuto", "minutos"), "h": .feminine("hora", "horas"),
  "kb": .masculine("quilobyte", "quilobytes"), "mb": .masculine("megabyte", "megabytes"),
  "gb": .masculine("gigabyte", "gigabytes"), "tb": .masculine("terabyte", "terabytes"),
  "kwh": .masculine("quilowatt-hora", "quilowatts-hora"), "l": .masculine("litro", "litros"),
  "°c": .masculine("grau", "graus"), "ºc": .masculine("grau", "graus"),
]

extension SpokenLanguage.Noun {
  fileprivate static func masculine(_ one: String, _ many: String) -> Self { Self(one: "um \(one)", many: many) }
  fileprivate static func feminine(_ one: String, _ many: String) -> Self {
    Self(one: "uma \(one)", many: many, isFeminine: true)
  }
}

extension SpokenLanguage.Currency {
  fileprivate static let real = Self(unit: .masculine("real", "reais"), cent: .masculine("centavo", "centavos"))
  fileprivate static let euro = Self(unit: .masculine("euro", "euros"), cent: .masculine("cêntimo", "cêntimos"))
  fileprivate static let dollar = Self(unit: .masculine("dólar", "dólares"), cent: .masculine("centavo", "centavos"))
  fileprivate static let pound = Self(unit: .feminine("libra", "libras"), cent: .masculine("péni", "pence"))
}
