import Testing
import Transfer

@testable import Speech

/// What is written, and the words in which a person would read it out: espeak-ng says both alike.
@Suite(.serialized) struct SpokenLanguageTests {
  private func expect(_ language: String, _ written: String, _ words: String) async throws {
    var voice = Voice()
    voice.name = language
    let synthesizer = SpeechSynthesizer()
    let spoken = SpokenText.spoken(written, by: voice)
    let heard = try await synthesizer.phonemes(spoken, voice: voice)
    let meant = try await synthesizer.phonemes(words, voice: voice)
    #expect(sounds(heard) == sounds(meant), "\(language): \(written) -> \(spoken)")
    #expect(!meant.isEmpty)
  }

  /// Stress and the joints between words hang on how the words are written together.
  private func sounds(_ phonemes: String) -> String { phonemes.filter { !"ˈˌː_ ".contains($0) } }

  @Test(
    "English",
    arguments: [
      ("$1,250.50", "one thousand two hundred fifty dollars and fifty cents"),
      ("5 million", "five million"), ("3.5%", "three point five percent"), ("1 km", "one kilometer"),
      ("order AB-12", "order ay bee, one two"), ("an API", "an ay pee eye"), ("9:05 a.m.", "nine oh five ay m"),
      ("on 11/21/2026", "on November twenty first, 2026"), ("jo@x.org", "jo at x dot org"),
      ("ext. 204", "extension two zero four"),
      ("account 4821", "account four eight two one"), ("Dr. Smith", "Doctor Smith"),
    ]
  )
  func english(_ written: String, _ words: String) async throws { try await expect("en-us", written, words) }

  @Test(
    "German",
    arguments: [
      ("1.250,50 €", "eintausend zweihundert fünfzig Euro und fünfzig Cent"), ("1 €", "ein Euro"),
      ("19,99 EUR", "19 Euro und 99 Cent"), ("€ 20", "zwanzig Euro"), ("0,01 €", "ein Cent"),
      ("19.90 €", "neunzehn Euro und neunzig Cent"), ("5 Mio. €", "fünf Millionen Euro"),
      ("3,5 %", "drei Komma fünf Prozent"),
      ("1.250 Anrufe", "eintausend zweihundert fünfzig Anrufe"), ("1 h", "eine Stunde"), ("5kg", "fünf Kilogramm"),
      ("am 21.11.2026", "am einundzwanzigsten November zweitausend sechsundzwanzig"),
      ("2026-11-01", "erster November zweitausend sechsundzwanzig"),
      ("der 3.5.1999", "der dritte Mai neunzehnhundert 99"),
      ("bis 3.5. offen", "bis dritten Mai offen"), ("14:30", "14 Uhr 30"), ("um 1:00 Uhr", "um ein Uhr"),
      ("14.30 Uhr", "14 Uhr 30"), ("2 pm.", "14 Uhr."),
      ("max.muster@web.de", "max Punkt muster ät web Punkt de"), ("Konto 4711", "Konto vier sieben eins eins"),
      ("Kundennummer: 30 12", "Kundennummer: drei null eins zwei"), ("Nr. 12", "Nummer eins zwei"),
      ("+49 30 901820", "plus vier neun, drei null, neun null eins acht zwei null"),
      ("030 9018", "null drei null 9018"),
      ("z.B. hier", "zum Beispiel hier"), ("z. B. hier", "zum Beispiel hier"), ("ca. 5", "circa fünf"),
      ("die ABC-12", "die ah beh zeh, eins zwei"), ("Muster GmbH", "Muster geh emm beh hah"),
      ("Seestr. 5", "Seestr. fünf"),
    ]
  )
  func german(_ written: String, _ words: String) async throws { try await expect("de", written, words) }

  @Test(
    "Spanish",
    arguments: [
      ("1.250,50 €", "1250 euros y cincuenta céntimos"), ("1 €", "un euro"),
      ("$20", "veinte dólares"),
      ("21 £", "veintiuna libras"), ("5 millones €", "cinco millones de euros"), ("3,5%", "tres coma cinco por ciento"),
      ("1 h", "una hora"), ("el 21/11/2026", "el 21 de noviembre de 2026"),
      ("a las 14:30", "a las catorce y treinta"), ("a las 9:00", "a las nueve horas"), ("la 1:15", "la una y quince"),
      ("ana@correo.es", "ana arroba correo punto es"), ("pedido 4711", "pedido cuatro siete uno uno"),
      ("nº 12", "número uno dos"), ("912 345 678", "nueve uno dos, tres cuatro cinco, seis siete ocho"),
      ("Sra. Gil", "señora Gil"), ("p. ej. hoy", "por ejemplo hoy"), ("código XY-7", "código X i griega, siete"),
      ("1.250 llamadas", "1250 llamadas"),
    ]
  )
  func spanish(_ written: String, _ words: String) async throws { try await expect("es", written, words) }

  @Test(
    "French",
    arguments: [
      ("1 250,50 €", "mille deux cent cinquante euros et cinquante centimes"), ("1 €", "un euro"),
      ("1.250 €", "mille deux cent cinquante euros"), ("5 millions €", "5 millions d'euros"),
      ("3,5 %", "trois virgule cinq pour cent"), ("1 h", "une heure"),
      ("le 1/12/2026", "le premier décembre deux mille vingt six"),
      ("à 14h30", "à quatorze heures trente"), ("à 21:00", "à vingt et une heures"), ("à 1:05", "à une heure cinq"),
      ("luc@free.fr", "luc arobase free point fr"), ("commande 4711", "commande quatre sept un un"),
      ("n° 12", "numéro un deux"),
      ("01 42 68 53 00", "zéro un, quarante deux, soixante huit, cinquante trois, zéro zéro"),
      ("M. Dupont", "monsieur Dupont"), ("p. ex. ici", "par exemple ici"), ("la TVA", "la té vé a"),
      ("dossier AB-7", "dossier a bé, sept"),
    ]
  )
  func french(_ written: String, _ words: String) async throws { try await expect("fr", written, words) }

  @Test(
    "Portuguese",
    arguments: [
      ("R$ 1.250,50", "1250 reais e 50 centavos"), ("R$1", "um real"),
      ("2 £", "duas libras"),
      ("5 milhões €", "5 milhões de euros"), ("3,5%", "3,5 por cento"), ("2 h", "duas horas"),
      ("em 21/11/2026", "em 21 de novembro de 2026"),
      ("às 14:30", "às 14 horas e 30"),
      ("às 2:00", "às duas horas"), ("ana@casa.pt", "ana arroba casa ponto pt"),
      ("pedido 4711", "pedido quatro sete um um"),
      ("nº 12", "número um dois"), ("(11) 98765-4321", "um um, nove oito sete seis cinco, quatro três dois um"),
      ("Sra. Gil", "senhora Gil"), ("código AE-7", "código á é, sete"),
      ("1.250 chamadas", "1250 chamadas"),
    ]
  )
  func portuguese(_ written: String, _ words: String) async throws {
    try await expect("pt", written, words)
    if !written.contains("pt") { try await expect("pt-br", written, words) }
  }

  // MARK: A company's own words

  private func pronunciations(_ entries: [(String, String, String?)]) -> Pronunciations {
    Pronunciations(
      entries.compactMap { .init(written: $0.0, said: $0.1, language: $0.2.flatMap { LanguageTag($0) }) }
    )
  }

  private func spoken(_ text: String, by name: String, _ pronunciations: Pronunciations) -> String {
    var voice = Voice()
    voice.name = name
    return SpokenText(by: voice, pronunciations).spoken(text)
  }

  @Test func ownWordsAreSaidAsTheConfSays() {
    let own = pronunciations([
      ("Acme", "ack me", nil), ("Acme Cloud", "ack me clout", "de"), ("1&1", "eins und eins", "de"),
    ])
    #expect(spoken("(Acme) calls ACME.", by: "en-us", own) == "(ack me) calls ack me.")
    #expect(spoken("Die Acme Cloud, 1&1 und Acme", by: "de+f3", own) == "Die ack me clout, eins und eins und ack me")
    #expect(spoken("Acme Cloud", by: "en", own) == "ack me Cloud")
    #expect(spoken("Acmeville", by: "en", own) == "Acmeville")
    #expect(spoken("Acme. Cloud", by: "de", own) == "ack me. Cloud")
    #expect(spoken("\"Acme Cloud\"", by: "de", own) == "\"ack me clout\"")
  }

  /// Of a language without a table all else stays as it is written.
  @Test func ownWordsAreSaidInEveryLanguage() {
    #expect(spoken("Acme 1.250,50 €", by: "it", pronunciations([("Acme", "acme", nil)])) == "acme 1.250,50 €")
    #expect(spoken("Acme 4711 €", by: "it", pronunciations([])) == "Acme 4711 €")
  }
}
