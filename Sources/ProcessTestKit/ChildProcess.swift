import FoundationEssentials
import Glibc

/// A process of ours. `posix_spawn` rather than Foundation's `Process`, so that plain Foundation stays out.
public struct ChildProcess: Sendable {
  /// Where its output goes.
  public enum Output: Sendable {
    /// Both streams to the end of a file, which is made if it is not there.
    case file(String)
    /// To descriptors of ours.
    case descriptors(output: Int32, error: Int32)
  }

  /// The system's number of it.
  public let id: pid_t

  /// Starts a program, with no signal blocked: the threads that run Swift tasks block nearly all of them, and a child that inherits that never hears a SIGTERM.
  /// - Parameters:
  ///   - arguments: the first is the program's path.
  ///   - environment: all of its variables; nil: ours.
  ///   - input: the descriptor that becomes its standard input; nil for none.
  ///   - inOwnGroup: Ctrl-C in a terminal is then for us alone, and our end ends it in order.
  public static func spawn(
    _ arguments: [String], environment: [String: String]? = nil, input: Int32? = nil, output: Output, inOwnGroup: Bool = false
  ) throws(SpawnError) -> ChildProcess {
    guard let program = arguments.first else { throw SpawnError("no program to start") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    switch output {
    case .file(let path):
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    case .descriptors(let output, let error):
      posix_spawn_file_actions_adddup2(&actions, output, 1)
      posix_spawn_file_actions_adddup2(&actions, error, 2)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | (inOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)))
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = (environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + variables { free(pointer) } }
    var id: pid_t = 0
    let code =
      environment == nil
      ? posix_spawn(&id, program, &actions, &attributes, &argv, environ)
      : posix_spawn(&id, program, &actions, &attributes, &argv, &variables)
    guard code == 0 else { throw SpawnError("cannot start \(program): \(String(cString: strerror(code)))") }
    return ChildProcess(id: id)
  }

  /// Waits for its end and returns its exit code, or 128 and the signal. Blocks.
  public func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  /// Whether it has ended; reaps it.
  public func hasEnded() -> Bool {
    var status: Int32 = 0
    return waitpid(id, &status, WNOHANG) != 0
  }

  /// Sends a signal and reaps the process; after ten seconds it is killed. Blocks meanwhile.
  public func end(with signal: Int32) {
    kill(id, signal)
    for _ in 0..<1000 {
      if hasEnded() { return }
      usleep(10_000)
    }
    kill(id, SIGKILL)
    _ = wait()
  }

  /// The processes whose parent this is.
  public static func children(of parent: pid_t) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { id in
      // `id (name) state parent …`, with anything in the name.
      guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else {
        return false
      }
      return stat[end...].split(separator: " ").dropFirst(2).first.flatMap { pid_t($0) } == parent
    }
  }
}
