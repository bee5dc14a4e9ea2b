import Glibc

/// Waits for a socket, on a thread that may be blocked, until a moment and no longer.
enum SocketWait {
  /// What to wait for.
  struct Events: OptionSet {
    let rawValue: Int16
    static let readable = Events(rawValue: Int16(POLLIN))
    static let writable = Events(rawValue: Int16(POLLOUT))
  }

  /// Returns what has come; empty when the deadline passed. A socket that broke is readable and writable: whoever uses it learns of it.
  static func wait(_ descriptor: CInt, for events: Events, until deadline: ContinuousClock.Instant) -> Events {
    var entry = pollfd(fd: descriptor, events: events.rawValue, revents: 0)
    while true {
      let left = max(ContinuousClock.now.duration(to: deadline), .zero)
      // Rounded up: a wait of 0.4 ms must not become a busy loop. At most an hour at once, so that it fits.
      let milliseconds = min(left, .seconds(3600)) / .milliseconds(1)
      let code = poll(&entry, 1, CInt(milliseconds.rounded(.up)))
      if code > 0 {
        let isBroken = entry.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
        return isBroken ? [.readable, .writable] : Events(rawValue: entry.revents)
      }
      // Interrupted by a signal: goes on waiting. Any other error of poll is answered by whoever uses the socket next.
      if code < 0, errno != EINTR { return [.readable, .writable] }
      if code == 0, ContinuousClock.now >= deadline { return [] }
    }
  }
}
