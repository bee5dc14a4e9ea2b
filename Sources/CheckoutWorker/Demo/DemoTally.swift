import CheckoutSession

/// Counts replies and status events as they come: how far the demo is. Whether they are right is the verdicts' business.
struct DemoTally: Sendable {
  /// Replies read.
  private(set) var replies = 0
  /// Replies to requests that go to the dead-letter topic too.
  private(set) var rejectedOrFailed = 0
  /// Sessions that a reply or an event has named, by what was heard of them last.
  private(set) var sessions: [SessionStatus: Int] = [:]

  private var statuses: [String: SessionStatus] = [:]

  /// Sessions that a reply or an event has named.
  var sessionsTotal: Int { statuses.count }
  /// Those that have ended.
  var sessionsEnded: Int { sessions.reduce(0) { $0 + ($1.key.isTerminal ? $1.value : 0) } }
  /// Requests that nothing more is to be heard of: their session has ended, or they have none of their own.
  var requestsDone: Int { replies - sessionsTotal + sessionsEnded }

  /// Counts a reply.
  mutating func count(_ reply: DemoReply) {
    replies += 1
    if reply.outcome == .rejected || reply.outcome == .failed { rejectedOrFailed += 1 }
    if let id = reply.sessionID { move(id, to: .accepted) }
  }

  /// Counts an event. It may be read before the reply: their topics are read side by side.
  mutating func count(_ event: DemoEvent) { move(event.sessionID, to: event.status) }

  private mutating func move(_ id: String, to status: SessionStatus) {
    if let known = statuses[id] {
      guard known.mayBecome(status) else { return }
      sessions[known, default: 0] -= 1
    }
    statuses[id] = status
    sessions[status, default: 0] += 1
  }
}
