import ARI
import Settings
import Transfer

/// What was asked, or why nobody knows.
enum Answer<Value: Equatable & Sendable>: Equatable, Sendable {
  case known(Value)
  case unknown(String)

  var value: Value? { if case .known(let value) = self { value } else { nil } }
}

/// All that the doctor has seen, before anybody judges it.
struct Picture: Equatable, Sendable {
  enum Service: Equatable, Sendable {
    case notRunning
    /// It may run: somebody else may see it.
    case hidden(String)
    /// Not all of it: what is not as it should be, in words.
    case running(troubles: [String])
  }

  enum Asterisk: Equatable, Sendable {
    case away(ARIError.Kind, String)
    case answering(AsteriskPicture)
  }

  var service = Service.notRunning
  var asterisk = Asterisk.away(.unreadable(status: 0), "")
  /// The kind of the error, and its words.
  var journal = Answer.known(true)
  /// By the voice's name.
  var voices: [String: Answer<Bool>] = [:]
  /// How long each speech engine takes for a sentence, by its section's name.
  var engines: [String: Answer<Duration>] = [:]
  /// What a web server answers to HEAD, by its address: an HTTP status.
  var servers: [String: Answer<Int>] = [:]
}

/// One Asterisk that answers.
struct AsteriskPicture: Equatable, Sendable {
  enum Sound: Equatable, Sendable {
    case played
    /// Asterisk said that it could not.
    case failed
    /// Asterisk has begun, and never came to an end.
    case endless
  }

  var version = ""
  var modules = Answer<Set<String>>.unknown("")
  /// Somebody is connected as our application.
  var hasApplication = Answer<Bool>.unknown("")
  /// WT_APP of `[globals]`.
  var dialplansApplication = Answer<String>.unknown("")
  /// What dialplan functions say, by the function as it is written. One that says nothing is not there.
  var functions = Answer<[String: String]>.unknown("")
  var technologies: [String: Answer<Bool>] = [:]
  /// By the endpoint's name, such as `PJSIP/alice`; empty: there is none.
  var endpoints: [String: Answer<String>] = [:]
  /// What Asterisk says of devices.
  var devices: [String: Answer<String>] = [:]
  var sound = Answer<Sound>.unknown("")
  /// Whether Asterisk can play each recorded prompt, by its name and language.
  var prompts: [PromptInUse: Answer<Bool>] = [:]
  /// The loudest sample that was heard of each class of music.
  var music: [String: Answer<Int>] = [:]
  /// Folders of classes that are on this machine and empty, by the class.
  var emptyMusicFolders: [String: String] = [:]
}

extension AsteriskPicture {
  func runs(_ module: String) -> Bool? { modules.value?.contains(module + ".so") }

  /// Whether its conf files can be read through it.
  var showsFiles: Bool { function(FunctionQuestions.httpIsOn)?.isEmpty == false }

  /// Where the files of a class are, as Asterisk sees it.
  func musicFolder(_ name: String) -> String? {
    guard let folder = function(FunctionQuestions.musicFolder(name)), !folder.isEmpty else { return nil }
    if folder.hasPrefix("/") { return folder }
    guard let data = function(FunctionQuestions.dataFolder), data.hasPrefix("/") else { return nil }
    return "\(data)/\(folder)"
  }

  /// Empty where it says nothing; nil where it was not asked.
  func function(_ text: String) -> String? { functions.value.map { $0[text] ?? "" } }
}
