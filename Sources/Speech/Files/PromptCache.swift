package import Transfer

/// Prompts that are spoken again and again, as files that outlive the process. Give it a folder of its own, and no text
/// that holds words of one call.
package actor PromptCache {
  /// The prompt stays on disk until the lease is released.
  package struct Lease: Sendable {
    package let name: SoundName
    /// What `sound:` takes.
    package let path: String
    package let duration: Duration
    fileprivate let files: SoundFiles

    /// The same sound under another name.
    package func copy(to other: SoundName, in folder: SoundFiles) throws(SoundFileError) {
      try files.copy(name, to: other, in: folder)
    }
  }

  private let files: SoundFiles
  private let capacity: Int
  private let evictionFailed: EvictionFailed
  /// The least recently used first.
  private var order: [SoundName]
  private var uses: [SoundName: Int] = [:]
  /// A prompt that is being made, and who waits for it.
  private var making: [SoundName: [CheckedContinuation<Void, Never>]] = [:]

  /// Told why a prompt that should have gone is still there. The next one made tries again.
  package typealias EvictionFailed = @Sendable (SoundFileError) -> Void

  /// Takes over what an earlier run left in the folder; what an earlier version kept there is removed, for refusals and
  /// other words to one caller were among it. Leased prompts may exceed the capacity for as long as they are leased.
  package init(
    files: SoundFiles,
    capacity: Int = 400,
    evictionFailed: @escaping EvictionFailed
  ) throws(SoundFileError) {
    self.files = files
    self.capacity = max(capacity, 1)
    self.evictionFailed = evictionFailed
    order = try files.names().filter(\.isPrompt).sorted { $0.description < $1.description }
    try files.sweep(keeping: Set(order))
  }

  package var names: [SoundName] { order }

  /// Only what is there already. `maker` tells what one engine has made from what others have.
  package func leaseIfThere(_ text: String, voice: Voice, by maker: String) -> Lease? {
    let name = SoundName(ofPrompt: text, voice, by: maker)
    guard making[name] == nil, files.contains(name) else { return nil }
    uses[name, default: 0] += 1
    return leased(name)
  }

  package func isMaking(_ text: String, voice: Voice, by maker: String) -> Bool {
    making[SoundName(ofPrompt: text, voice, by: maker)] != nil
  }

  /// `speak` is asked when nobody has spoken it yet.
  package func lease(
    _ text: String,
    voice: Voice,
    by maker: String = "",
    speak: Speak
  ) async throws(SpokenFileError) -> Lease {
    let name = SoundName(ofPrompt: text, voice, by: maker)
    while making[name] != nil {
      await withCheckedContinuation { making[name]?.append($0) }
    }
    // Taken before anything is awaited, so that no eviction comes in between.
    uses[name, default: 0] += 1
    do {
      if !files.contains(name) { try await make(name, text, voice, speak) }
    } catch {
      end(name)
      throw error
    }
    return leased(name)
  }

  private func leased(_ name: SoundName) -> Lease {
    order.removeAll { $0 == name }
    order.append(name)
    evict()
    return Lease(name: name, path: files.path(of: name), duration: files.duration(of: name) ?? .zero, files: files)
  }

  package func release(_ lease: Lease) {
    end(lease.name)
    evict()
  }

  private func make(_ name: SoundName, _ text: String, _ voice: Voice, _ speak: Speak) async throws(SpokenFileError) {
    making[name] = []
    defer {
      // Those who waited look for themselves: if this one failed, the first of them makes it.
      for waiting in making.removeValue(forKey: name) ?? [] { waiting.resume() }
    }
    _ = try await speak(Wording(text), voice, files, name)
  }

  private func end(_ name: SoundName) {
    let left = (uses[name] ?? 0) - 1
    uses[name] = left > 0 ? left : nil
  }

  private func evict() {
    while order.count > capacity, let oldest = order.firstIndex(where: { uses[$0] == nil }) {
      do {
        try files.remove(named: order[oldest])
        order.remove(at: oldest)
      } catch {
        return evictionFailed(error)
      }
    }
  }
}

extension SoundName {
  private static let promptPrefix = "said-"

  init(ofPrompt text: String, _ voice: Voice, by maker: String = "") {
    self.init(unchecked: Self.promptPrefix + fingerprint(of: text, voice, by: maker))
  }

  fileprivate var isPrompt: Bool { description.hasPrefix(Self.promptPrefix) }
}

/// Of small letters, digits and dashes, 33 of them at most. The same in every run, unlike the standard library's hashes.
func fingerprint(of text: String, _ voice: Voice, by maker: String = "") -> String {
  let common = [text, voice.name, "\(voice.wordsPerMinute)", "\(voice.volume)", "\(voice.pitch)"]
  let parts = maker.isEmpty ? common : common + [maker]
  let first = fnv1a(parts, from: 0xcbf2_9ce4_8422_2325)
  let second = fnv1a(parts, from: first ^ 0x9e37_79b9_7f4a_7c15)
  return String(first, radix: 16) + "-" + String(second, radix: 16)
}

private func fnv1a(_ parts: [String], from start: UInt64) -> UInt64 {
  parts.reduce(start) { hash, part in
    // 0xFF is in no UTF-8: it keeps ("a", "b") apart from ("ab", "").
    (Array(part.utf8) + [0xff]).reduce(hash) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
