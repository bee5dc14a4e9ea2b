import CheckoutSession

/// Records what polls changed, and marks events; see ``PollTransaction``, ``PublishEventsTransaction`` and ``PollFunction``.
enum PostgresPolls {
  /// Whether each record stands, in their order. Throws ``LedgerFailure`` for a terminal status without an event.
  static func run(
    _ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp, _ session: PostgresSession
  ) throws -> [Bool] {
    for poll in polls where poll.status.isTerminal {
      guard case .poll = poll.next else { continue }
      throw LedgerFailure(
        code: .unexpected, message: "row \(poll.key.row), generation \(poll.key.generation): \(poll.status.rawValue) without an event",
        isTransient: false)
    }
    var results = [Bool](repeating: true, count: polls.count)
    try PostgresRounds.run(PostgresRounds.of(polls, by: \.key), session) { round in
      let rows = try session.run(PollFunction.call, parameters(round.map { polls[$0] }, token, at))
      for row in 0..<rows.count {
        let ordinal = Int(rows.integer(row, 0)) - 1
        guard round.indices.contains(ordinal) else { throw LedgerFailure.damaged("record_polls: unexpected ordinal \(ordinal + 1)") }
        results[round[ordinal]] = false
      }
    }
    return results
  }

  private static func parameters(_ polls: [PollRecord], _ token: SessionLease.Token, _ at: Timestamp) -> [PostgresParameter] {
    var moments: [Int64?] = []
    var areEvents: [Bool?] = []
    for poll in polls {
      switch poll.next {
      case .poll(let dueAt):
        moments.append(dueAt.millisecondsSinceEpoch)
        areEvents.append(false)
      case .publish(let observedAt):
        moments.append(observedAt.millisecondsSinceEpoch)
        areEvents.append(true)
      }
    }
    return [
      .keys(polls.map(\.key)), .integers(polls.map { LedgerCodes.code($0.status) }), .integers(polls.map { Int64($0.polls) }),
      .integers(polls.map { Int64($0.failures) }), .integers(moments), .bools(areEvents), .integer(token.rawValue), .moment(at),
    ]
  }

  /// Marks events; the second of two for one status of one session finds it marked.
  static func publish(_ events: [PublishedEvent], under token: SessionLease.Token, _ session: PostgresSession) throws {
    struct Mark: Hashable {
      var key: ClaimKey
      var status: SessionStatus
    }
    let round = PostgresRounds.of(events) { Mark(key: $0.key, status: $0.status) }.first ?? []
    let events = round.map { events[$0] }
    _ = try session.run(
      PollFunction.publishCall,
      [
        .keys(events.map(\.key)), .integers(events.map { LedgerCodes.code($0.status) }),
        .integers(events.map { $0.nextPollAt?.millisecondsSinceEpoch }), .integer(token.rawValue),
      ])
  }
}
