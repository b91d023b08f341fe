import Foundation

/// What the kernel counts for a process.
struct ProcessFigures {
  /// User and system time, of all threads.
  let cpu: Duration
  let residentKB: Int
  let peakKB: Int
  let descriptors: Int

  init(of process: pid_t) throws {
    let folder = "/proc/\(process)"
    let status = try String(contentsOfFile: folder + "/status", encoding: .utf8)
    let kilobytes = { (name: String) in
      status.split(separator: "\n").first { $0.hasPrefix(name + ":") }.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
    residentKB = kilobytes("VmRSS")
    peakKB = kilobytes("VmHWM")
    descriptors = try FileManager.default.contentsOfDirectory(atPath: folder + "/fd").count
    cpu = try Self.cpu(folder)
  }

  /// By the names of the threads; those of one name are added up.
  static func threads(of process: pid_t) throws -> [String: Duration] {
    let folder = "/proc/\(process)/task"
    return try FileManager.default.contentsOfDirectory(atPath: folder).reduce(into: [:]) { threads, id in
      let name = try String(contentsOfFile: "\(folder)/\(id)/comm", encoding: .utf8)
      threads[name.trimmingCharacters(in: .newlines), default: .zero] += try cpu("\(folder)/\(id)")
    }
  }

  /// A thread's or a process's own name may hold spaces: the numbers are counted from behind it.
  private static func cpu(_ folder: String) throws -> Duration {
    let text = try String(contentsOfFile: folder + "/stat", encoding: .utf8)
    let numbers = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst(1)
    guard numbers.count > 13 else { throw BenchmarkError(description: "\(folder)/stat is not as expected") }
    let ticks = numbers.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
    return .seconds(1) * ticks / sysconf(Int32(_SC_CLK_TCK))
  }
}
