import Glibc
import Kafka

/// A process of ours. `posix_spawn` rather than Foundation's `Process`, so that plain Foundation stays out.
struct ChildProcess: Sendable {
  let id: pid_t

  /// Starts a program, with its output in a file.
  static func spawn(_ arguments: [String], output: String) throws(KafkaError) -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Swift's threads block most signals, and a child inherits that: it would never hear a SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, arguments[0], &actions, &attributes, &pointers, environ)
    guard code == 0 else {
      throw KafkaError(code: .init(rawValue: "SPAWN"), message: "cannot start \(arguments[0]): error \(code)", failureClass: .configuration)
    }
    return ChildProcess(id: id)
  }

  /// Sends a signal and reaps the process; after five seconds it is killed.
  func end(with signal: Int32) {
    kill(id, signal)
    var status: Int32 = 0
    for _ in 0..<500 {
      if waitpid(id, &status, WNOHANG) != 0 { return }
      usleep(10_000)
    }
    kill(id, SIGKILL)
    waitpid(id, &status, 0)
  }
}
