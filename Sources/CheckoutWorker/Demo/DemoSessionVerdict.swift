import CheckoutSession

/// Compares what the status topic says of sessions with what truly became of them at the gateway.
struct DemoSessionVerdict: Sendable {
  /// The published sessions of one mode.
  struct Row: Sendable {
    /// How many.
    var sessions = 0
    /// How they ended, says the gateway.
    var truth: [SessionStatus: Int] = [:]
    /// How they ended, say their terminal events.
    var told: [SessionStatus: Int] = [:]
  }

  /// By mode.
  private(set) var rows: [SessionMode: Row] = [:]
  /// Everything that is not as it should be; empty after a good run.
  private(set) var differences = DemoDifferences()
  /// From each session's end to its terminal event, in real time.
  private(set) var delays: [Duration] = []
  /// Polls up to the terminal events, all together.
  private(set) var polls = 0

  /// Two clocks are compared, and both drop parts of a millisecond.
  private static let clockTolerance: Duration = .milliseconds(100)

  /// - Parameters:
  ///   - published: the sessions that somebody was told of, with the request that asked for them.
  ///   - events: in the order of the status topic's partitions.
  ///   - sessions: all that the gateway made.
  init(published: [String: DemoRequest], events: [DemoEvent], sessions: [DemoTrueSession]) {
    let bySession = Dictionary(grouping: events, by: \.sessionID)
    var known: Set<String> = []
    for session in sessions {
      known.insert(session.id)
      let told = bySession[session.id] ?? []
      guard let request = published[session.id] else {
        for event in told { differences.add("session \(session.id): \(event.status.rawValue), but no reply has told anybody of it") }
        continue
      }
      rows[session.mode, default: Row()].sessions += 1
      rows[session.mode, default: Row()].truth[session.end, default: 0] += 1
      checkOrder(told)
      for event in told {
        checkNames(event, request)
        checkTruth(event, session)
      }
      if let end = told.first(where: \.status.isTerminal) {
        rows[session.mode, default: Row()].told[end.status, default: 0] += 1
        delays.append(max(.zero, end.writtenAt - session.endedAt))
        polls += end.polls
      } else {
        differences.add("session \(session.id): no terminal event; the gateway says \(session.end.rawValue)")
      }
    }
    for (id, told) in bySession where !known.contains(id) {
      differences.add("session \(id): \(told[0].status.rawValue), but the gateway does not know it")
    }
  }

  /// Forward only, each status once, nothing after the end.
  private mutating func checkOrder(_ events: [DemoEvent]) {
    var status = SessionStatus.accepted
    for event in events {
      if !status.mayBecome(event.status) {
        differences.add("session \(event.sessionID): \(event.status.rawValue) after \(status.rawValue)")
      }
      status = event.status
    }
  }

  /// The event is about the request that asked for the session.
  private mutating func checkNames(_ event: DemoEvent, _ request: DemoRequest) {
    let isRight =
      event.requestID == request.requestID && event.key == request.key && event.mode == request.mode
      && event.merchantTransactionID == request.merchantTransactionID
    if !isRight {
      differences.add("session \(event.sessionID): its event \(event.status.rawValue) does not name the request \(request.requestID)")
    }
  }

  private mutating func checkTruth(_ event: DemoEvent, _ session: DemoTrueSession) {
    let since: Timestamp
    switch (event.status, session.usableAt) {
    case (session.end, _):
      since = session.endedAt
    case (.created, let usableAt?):
      since = usableAt
    case (.created, nil):
      return differences.add("session \(session.id): CREATED, but nobody could ever use it")
    default:
      return differences.add("session \(session.id): \(event.status.rawValue), but the gateway says \(session.end.rawValue)")
    }
    if event.observedAt + Self.clockTolerance < since {
      differences.add("session \(session.id): \(event.status.rawValue) was said before the gateway said it")
    }
  }
}
