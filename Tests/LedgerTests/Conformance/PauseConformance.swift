import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// The gateway's `Retry-After`, passed on among processes.
  static let pauses: [ConformanceCase] = [
    .one("nobody pauses until somebody is asked to; then everybody does, to the end, though that process has left or crashed") { ledger in
      #expect(try await ledger.pause(of: 1) == nil)
      let end = Sample.now + .seconds(90)
      #expect(try await ledger.pause(of: 1, naming: end) == end)
      #expect(try await ledger.pause(of: 2) == end)
      try await ledger.leaveQuota(1)
      #expect(try await ledger.pause(of: 3) == end)
      let late = end - .milliseconds(1)
      #expect(try await ledger.pause(of: 4, at: late) == end, "all grants of then have ended")
      #expect(try await ledger.pause(of: 4, at: end) == nil)
      #expect(try await ledger.pause(of: 5, at: late) == nil, "it was forgotten when it was over")
    },
    .one("who leaves passes its pause on") { ledger in
      let end = Sample.now + .seconds(60)
      try await ledger.leaveQuota(1, pausedUntil: end)
      #expect(try await ledger.pause(of: 2) == end)
      try await ledger.leaveQuota(2, pausedUntil: Sample.now - .seconds(1))
      #expect(try await ledger.pause(of: 3) == end)
    },
    .one("of several pauses the latest end stands") { ledger in
      // What a process names, and what stands then, in seconds from now.
      for (named, stands) in [(30, 30), (90, 90), (60, 90), (-1, 90)] {
        let pause = try await ledger.pause(of: 1, naming: Sample.now + .seconds(named))
        #expect(pause == Sample.now + .seconds(stands))
      }
    },
    .one("a pause of more than ten minutes, or from before the clock was put back, is cut to ten once, and not again") { ledger in
      let end = Sample.now + .seconds(600)
      try await ledger.leaveQuota(9, pausedUntil: Sample.now + .seconds(86_400))
      #expect(try await ledger.pause(of: 1) == end)
      for second in [1, 100, 599] {
        #expect(try await ledger.pause(of: 1, at: Sample.now + .seconds(second)) == end)
      }
      #expect(try await ledger.pause(of: 1, at: end) == nil)
      #expect(try await ledger.pause(of: 1, naming: Sample.now + .seconds(3600)) == end)
    },
    ConformanceCase("a pause reaches the other processes, and those that come later", isShared: true) { open in
      let first = try await open()
      let end = Sample.now + .seconds(60)
      #expect(try await first.pause(of: 1, naming: end) == end)
      try await first.leaveQuota(1)
      await first.close()
      #expect(try await open().pause(of: 2) == end)
    },
  ]
}

extension LedgerStore {
  /// Asks for everything, for three seconds, and returns the pause that stands.
  fileprivate func pause(of id: Int64, at: Timestamp = Sample.now, naming pausedUntil: Timestamp? = nil) async throws -> Timestamp? {
    let member = Sample.member(id, pausedUntil: pausedUntil)
    return try await quotaGrant(for: member, now: at, until: at + .seconds(3)) { _, _ in 1 }.pausedUntil
  }
}
