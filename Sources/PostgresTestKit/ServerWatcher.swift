import Glibc
import ProcessTestKit
import Synchronization

/// A shell that ends a server and removes its folder as soon as this process is gone or says so.
///
/// It reads from a socket whose other end only this process holds (no child inherits it): whatever ends the process closes it. A parent-death signal
/// would not do: Linux sends it when the thread that made the child ends, and threads come and go.
final class ServerWatcher: Sendable {
  private let socket: Int32
  private let process: ChildProcess
  private let isEnded = Atomic(false)

  /// Quietly: stopped processes go on so that they can end; whoever does not end in five seconds is killed; the folder goes last.
  private static let script = """
    read _
    pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
      family=$(cat /proc/$pid/task/$pid/children 2>/dev/null)
      kill -CONT $pid $family; kill -QUIT $pid
      for _ in $(seq 50); do kill -0 $pid && ! grep -q '^State:.Z' /proc/$pid/status || break; sleep 0.1; done
      kill -KILL $pid $family
    fi 2>/dev/null
    rm -rf "$1"
    """

  /// Watches over the server that has, or will have, its data in `directory`.
  init(directory: String) throws(PostgresServerError) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw PostgresServerError(description: "no socket: error \(errno)") }
    defer { close(ends[0]) }
    socket = ends[1]
    do throws(SpawnError) {
      process = try ChildProcess.spawn(
        ["/bin/sh", "-c", Self.script, "sh", directory], input: ends[0], output: .file("/dev/null"), inOwnGroup: true)
    } catch {
      close(ends[1])
      throw PostgresServerError(description: error.description)
    }
  }

  deinit { end() }

  /// Has the server ended and the folder removed, and does not wait for it.
  func end() {
    guard !isEnded.exchange(true, ordering: .relaxed) else { return }
    close(socket)
  }

  /// Waits until it has done so. Blocks.
  func wait() { _ = process.wait() }
}
