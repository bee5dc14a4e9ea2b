import CheckoutSession
import Creation
import Synchronization
import TestClock

// What is durable, and what must be true in the end.
extension CreateCrashWorld {
  /// What a process that begins now finds.
  var durable: String {
    state.withLock { state in
      let decided = state.ledger.decisions.count
      let unmarked = state.ledger.pending.count { state.ledger.decisions[$0] != nil }
      return "claimed \(state.ledger.rows.count), decided \(decided), unmarked \(unmarked), replies \(state.replies.count), "
        + "committed \(state.log.partitions[0].committed)"
    }
  }

  /// Sessions whose URL nobody ever saw.
  var orphans: Int {
    state.withLock { state in state.gateway.sessions.count - Set(state.replies.compactMap(\.value.sessionId)).count }
  }

  /// Everything that is not as promised.
  /// - Parameter orphansMax: how many sessions may have been lost with what was killed.
  func violations(orphansMax: Int) -> [String] {
    let orphans = orphans
    let now = simulation.milliseconds
    return state.withLock { state in
      var violations = state.violations
      let requests = state.log.partitions[0].requests
      for request in requests where !state.replies.contains(where: { $0.value.requestId == request.id }) {
        violations.append("I1: \(request.id) has no reply")
      }
      let lettersNeeded = requests.count { $0.kind == .unreadable || $0.kind == .refusedByGateway }
      if state.deadLetters < lettersNeeded { violations.append("I1: a dead letter is missing") }
      if state.log.partitions[0].committed < requests.count { violations.append("not all committed") }
      for (index, reply) in state.replies.enumerated() {
        for earlier in state.replies[..<index] where earlier.ceID == reply.ceID && earlier.bytes != reply.bytes {
          violations.append("I3: two replies under \(reply.ceID)")
        }
        guard let expiresAt = reply.value.expiresAt.flatMap({ Timestamp(rfc3339: $0) }) else { continue }
        if expiresAt - reply.at < CreateProcess.configuration.minimumRemainingLifetime { violations.append("I7: too short a life") }
        for earlier in state.replies[..<index] where earlier.value.requestId == reply.value.requestId {
          guard earlier.value.sessionId != reply.value.sessionId, let ends = earlier.value.expiresAt.flatMap({ Timestamp(rfc3339: $0) })
          else {
            continue
          }
          if ends > reply.at { violations.append("I2: two live URLs") }
        }
      }
      let watched = Set(state.ledger.outstanding.map(\.key))
      for (key, decision) in state.ledger.decisions {
        guard let session = decision.reply.session, state.replies.contains(where: { $0.value.sessionId == session.sessionID.rawValue })
        else {
          continue
        }
        if !watched.contains(key) { violations.append("I4: a published session is not watched") }
      }
      if orphans > orphansMax { violations.append("I8: \(orphans) orphans at \(now) ms") }
      return violations
    }
  }
}
