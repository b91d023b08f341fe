internal import CLinux
import Glibc

/// A program that is run for what it writes on its standard output: without a shell, with an environment of its own, and
/// within limits of time, memory and output. Nothing of it is left afterwards, also of what it has started itself, unless
/// that has gone into a process group of its own.
package struct LimitedProcess: Sendable {
  package struct Limits: Sendable {
    package var time: Duration
    /// In bytes.
    package var output: Int
    /// Of address space, in bytes.
    package var memory: Int
    /// Added to this process's own: how far it stands back where the processor is wanted by others.
    package var niceness: Int

    package init(time: Duration, output: Int, memory: Int, niceness: Int = 0) {
      (self.time, self.output, self.memory, self.niceness) = (time, output, memory, niceness)
    }
  }

  package enum Failure: Error, Equatable, CustomStringConvertible {
    case notStarted(SystemError)
    case tooSlow(Duration)
    case tooMuchOutput(limit: Int)
    /// With what it said on its standard error, if anything.
    case exited(status: CInt, said: String)
    case killed(signal: CInt)
    case cancelled

    package var description: String {
      switch self {
      case .notStarted(let error): error.description
      case .tooSlow(let limit): "took longer than \(limit)"
      case .tooMuchOutput(let limit): "wrote more than \(limit) bytes"
      case .exited(let status, let said):
        "exit status \(status)" + (said.isEmpty ? "" : ": \(said.prefix { !$0.isNewline }.prefix(200))")
      case .killed(let signal): "killed by signal \(signal)"
      case .cancelled: "cancelled"
      }
    }
  }

  let path: String
  let arguments: [String]
  let environment: [String]
  let limits: Limits
  let goodStatuses: Set<CInt>

  /// The path is absolute; `arguments` are those after the program's own name.
  package init(
    _ path: String,
    _ arguments: [String],
    environment: [String] = ["LC_ALL=C.UTF-8"],
    goodStatuses: Set<CInt> = [0],
    limits: Limits
  ) {
    (self.path, self.arguments, self.environment, self.limits) = (path, arguments, environment, limits)
    self.goodStatuses = goodStatuses
  }

  /// What it has written, if it has ended well. A cancelled task ends it.
  package func output(of input: [UInt8]) async throws(Failure) -> [UInt8] {
    let stopping = eventfd(0, CInt(EFD_CLOEXEC))
    guard stopping >= 0 else { throw .notStarted(SystemError("eventfd", code: errno)) }
    defer { close(stopping) }
    let end = Completion<Result<[UInt8], Failure>>()
    do throws(SystemError) {
      try NamedThread.start("child") { end.complete(run(input, stopping)) }
    } catch {
      throw .notStarted(error)
    }
    let result = await withTaskCancellationHandler {
      await end.wait()
    } onCancel: {
      eventfd_write(stopping, 1)
    }
    return try result.get()
  }

  /// On a thread of its own: it waits.
  private func run(_ input: [UInt8], _ stopping: CInt) -> Result<[UInt8], Failure> {
    // Of a child that does not read what it is given.
    var broken = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &broken, nil)
    do throws(Failure) {
      return .success(try converse(input, stopping))
    } catch {
      return .failure(error)
    }
  }

  private func converse(_ input: [UInt8], _ stopping: CInt) throws(Failure) -> [UInt8] {
    var running: RunningChild
    do throws(SystemError) { running = try .start(self) } catch { throw .notStarted(error) }
    return try running.converse(input, stopping, within: limits, goodStatuses)
  }
}

/// A child that runs, and the ends of its pipes. It is killed with all of its group when nobody has it any more.
private struct RunningChild: ~Copyable {
  private static let longestComplaint = 4_096

  private let process: pid_t
  private var input: Pipe.End?
  private let output: Pipe.End
  private let complaints: Pipe.End
  private var hasEnded = false

  private init(_ process: pid_t, _ input: Pipe.End, _ output: Pipe.End, _ complaints: Pipe.End) {
    (self.process, self.input, self.output, self.complaints) = (process, input, output, complaints)
  }

  static func start(_ child: LimitedProcess) throws(SystemError) -> RunningChild {
    let (input, output, complaints) = (try Pipe(), try Pipe(), try Pipe())
    for end in [input.writing, output.reading, complaints.reading] { try end.makeImpatient() }
    let process = try spawn(child, input.reading.number, output.writing.number, complaints.writing.number)
    let running = RunningChild(process, input.writing, output.reading, complaints.reading)
    try running.limit(child.limits)
    return running
  }

  deinit {
    guard !hasEnded else { return }
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
    var status: CInt = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  /// It cannot have gone far yet.
  private func limit(_ limits: LimitedProcess.Limits) throws(SystemError) {
    if limits.niceness > 0 {
      let which = CInt(PRIO_PROCESS.rawValue)
      _ = setpriority(which, id_t(process), getpriority(which, 0) + CInt(limits.niceness))
    }
    let seconds = rlim_t(max(1, limits.time.components.seconds + 1))
    let all: [(__rlimit_resource, rlim_t)] = [
      (RLIMIT_AS, rlim_t(limits.memory)), (RLIMIT_CPU, seconds), (RLIMIT_CORE, 0),
    ]
    for (resource, most) in all {
      var limit = rlimit(rlim_cur: most, rlim_max: most)
      // One that has ended already needs none.
      guard prlimit(process, CInt(resource.rawValue), &limit, nil) == 0 || errno == ESRCH else {
        throw SystemError("limit a child process", code: errno)
      }
    }
  }

  mutating func converse(
    _ text: [UInt8],
    _ stopping: CInt,
    within limits: LimitedProcess.Limits,
    _ goodStatuses: Set<CInt>
  ) throws(LimitedProcess.Failure) -> [UInt8] {
    let deadline = ContinuousClock.now + limits.time
    var (unsent, written, said) = (text[...], [UInt8](), [UInt8]())
    var (isWriting, isComplaining) = (true, true)
    while isWriting || isComplaining {
      if unsent.isEmpty { input = nil }
      var polled = [
        pollfd(fd: stopping, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isWriting ? output.number : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isComplaining ? complaints.number : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: input?.number ?? -1, events: Int16(POLLOUT), revents: 0),
      ]
      try wait(&polled, until: deadline, limits)
      if polled[1].revents != 0 { isWriting = output.read(&written, most: limits.output + 1) }
      if polled[2].revents != 0 { isComplaining = complaints.read(&said, most: Self.longestComplaint) }
      // Whoever needs no more of the text may have closed it.
      if polled[3].revents != 0, input?.write(&unsent) == false { unsent = [] }
      if written.count > limits.output { throw .tooMuchOutput(limit: limits.output) }
    }
    let status = try waitForEnd(until: deadline, stopping, limits)
    guard goodStatuses.contains(status) else {
      throw .exited(status: status, said: String(decoding: said, as: UTF8.self))
    }
    return written
  }

  private func wait(
    _ polled: inout [pollfd],
    until deadline: ContinuousClock.Instant,
    _ limits: LimitedProcess.Limits
  ) throws(LimitedProcess.Failure) {
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .zero else { throw .tooSlow(limits.time) }
    let milliseconds = CInt(
      min(left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000 + 1, 3_600_000)
    )
    poll(&polled, nfds_t(polled.count), milliseconds)
    if polled[0].revents != 0 { throw .cancelled }
  }

  /// It has closed what it writes to: it is as good as over.
  private mutating func waitForEnd(
    until deadline: ContinuousClock.Instant,
    _ stopping: CInt,
    _ limits: LimitedProcess.Limits
  ) throws(LimitedProcess.Failure) -> CInt {
    var status: CInt = 0
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { break }
      guard found == 0 || errno == EINTR else { throw .notStarted(SystemError("waitpid", code: errno)) }
      var polled = [pollfd(fd: stopping, events: Int16(POLLIN), revents: 0)]
      guard ContinuousClock.now < deadline else { throw .tooSlow(limits.time) }
      poll(&polled, 1, 2)
      if polled[0].revents != 0 { throw .cancelled }
    }
    hasEnded = true
    // What it has started and left behind.
    kill(-process, SIGKILL)
    let signal = status & 0x7f
    if signal != 0 { throw .killed(signal: signal) }
    return status >> 8 & 0xff
  }
}

private func spawn(
  _ child: LimitedProcess,
  _ input: CInt,
  _ output: CInt,
  _ complaints: CInt
) throws(SystemError) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, input, 0)
  posix_spawn_file_actions_adddup2(&actions, output, 1)
  posix_spawn_file_actions_adddup2(&actions, complaints, 2)
  posix_spawn_file_actions_addclosefrom_np(&actions, 3)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var (none, all) = (sigset_t(), sigset_t())
  sigemptyset(&none)
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(
    &attributes,
    Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
  )
  var arguments = ([child.path] + child.arguments).map { strdup($0) } + [nil]
  var environment = child.environment.map { strdup($0) } + [nil]
  defer { for text in arguments + environment { free(text) } }
  var process = pid_t()
  let code = posix_spawn(&process, child.path, &actions, &attributes, &arguments, &environment)
  guard code == 0 else { throw SystemError("run \(child.path)", code: code) }
  return process
}

/// Both ends are closed when nobody has them any more.
private struct Pipe {
  final class End {
    let number: CInt

    init(adopting number: CInt) { self.number = number }

    deinit { close(number) }

    func makeImpatient() throws(SystemError) {
      guard fcntl(number, F_SETFL, O_NONBLOCK) == 0 else { throw SystemError("pipe", code: errno) }
    }

    /// What there is, at most to `most` bytes in all; false at the end.
    func read(_ bytes: inout [UInt8], most: Int) -> Bool {
      var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
      let count = Glibc.read(number, &buffer, buffer.count)
      if count > 0 { bytes += buffer.prefix(min(count, max(0, most - bytes.count))) }
      return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
    }

    /// As much as is taken; false when nobody reads any more.
    func write(_ bytes: inout ArraySlice<UInt8>) -> Bool {
      let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count > 0 { bytes = bytes.dropFirst(count) }
      return count >= 0 || errno == EAGAIN || errno == EINTR
    }
  }

  let reading: End
  let writing: End

  init() throws(SystemError) {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("pipe", code: errno) }
    (reading, writing) = (End(adopting: ends[0]), End(adopting: ends[1]))
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }
}
