import Settings
import Transfer
import Web

extension ServiceBackend {
  var version: String { Version.current }

  func offer() async -> TransferOffer {
    let settings = await coordinator.settings
    let staffed = Set(await agents().filter { $0.isAvailable && $0.device != .unreachable }.map(\.name))
    let grouped = Set(settings.groups.flatMap(\.members))
    let groups = settings.groups.map { group in
      Department(
        name: group.name,
        spokenName: group.spokenName,
        isStaffed: group.members.contains(where: staffed.contains)
      )
    }
    let alone = settings.targets.filter { !grouped.contains($0.name) }.map { target in
      Department(name: target.name, spokenName: target.spokenName, isStaffed: staffed.contains(target.name))
    }
    return TransferOffer(departments: groups + alone, topics: settings.dispatch.topics)
  }

  func apology(in language: LanguageTag?) async -> String? {
    let settings = await coordinator.settings
    guard let language, let phrases = settings.phrases(for: language) else { return settings.transfer.apology }
    return settings.transfer.speaking(phrases, as: language).apology
  }
}
