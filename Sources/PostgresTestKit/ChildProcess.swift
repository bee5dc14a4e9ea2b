import FoundationEssentials
import Glibc

/// A process of ours. `posix_spawn` rather than Foundation's `Process`, so that plain Foundation stays out.
struct ChildProcess: Sendable {
  let id: pid_t

  /// Starts a program.
  /// - Parameter input: the descriptor that becomes its standard input; nil for none.
  static func spawn(_ arguments: [String], output: String, input: Int32? = nil) throws(PostgresServerError) -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // A process group of its own: Ctrl-C in a terminal is for the test, whose end ends the server in order.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Swift's threads block most signals, and a child inherits that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, arguments[0], &actions, &attributes, &pointers, environ)
    guard code == 0 else { throw PostgresServerError(description: "cannot start \(arguments[0]): error \(code)") }
    return ChildProcess(id: id)
  }

  /// Waits for its end and returns its exit code, or 128 and the signal.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  /// Whether it has ended; reaps it.
  func hasEnded() -> Bool {
    var status: Int32 = 0
    return waitpid(id, &status, WNOHANG) != 0
  }

  /// Sends a signal and reaps the process; after ten seconds it is killed.
  func end(with signal: Int32) {
    kill(id, signal)
    for _ in 0..<1000 {
      if hasEnded() { return }
      usleep(10_000)
    }
    kill(id, SIGKILL)
    _ = wait()
  }

  /// The processes whose parent this is.
  static func children(of parent: pid_t) -> [pid_t] {
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
