import CheckoutSession

/// Holds what stands in the topics against what was asked for and what truly happened. Pure.
struct ChaosVerdict: Sendable {
  /// Everything that must not be, a line each.
  private(set) var violations: [String] = []
  private(set) var lost: [String] = []
  private(set) var conflicting: [String] = []
  private(set) var falseEnds: [String] = []
  private(set) var deadLettered: [String] = []
  private(set) var orphansCount = 0
  /// Sessions that were lost on their way from the gateway: every one is a fault that the simulator made, and knows of.
  private(set) var faultedCount = 0
  private(set) var endsCount: [SessionStatus: Int] = [:]
  private(set) var newGenerations = 0
  /// Sessions with events that no reply names.
  private(set) var untoldCount = 0

  private let topics: ObservedTopics
  private let expectations: [String: RequestBook.Expectation]
  private let truth: [String: SimulatorProcess.Session]

  /// How much of a URL's life may pass between the worker's look at the clock and this observer's: the broker, the machine.
  private static let observationDelay: Duration = .seconds(5)

  /// - Parameters:
  ///   - orphansMax: how many sessions the kills, freezes and outages may have left behind, beside those that the simulator's faults did.
  ///   - lifetimeMin: a URL with less life left is not published.
  init(
    topics: ObservedTopics, expectations: [String: RequestBook.Expectation], sessions: [SimulatorProcess.Session], orphansMax: Int,
    lifetimeMin: Duration
  ) {
    self.topics = topics
    self.expectations = expectations
    truth = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    judgeRequests()
    judgeURLs(lifetimeMin)
    judgeEnds()
    judgeOrphans(sessions, max: orphansMax)
    if topics.owedCount > 0 { violations.append("\(topics.owedCount) records have no reply of their own") }
    report(topics.faults, "records that contradict others")
  }

  /// No request without a reply; the reply is the one that the request must get; nothing is given up.
  private mutating func judgeRequests() {
    var wrong: [String] = []
    for (id, expectation) in expectations {
      let replies = topics.replies[id] ?? []
      if replies.isEmpty { lost.append(id) }
      let wanted = expectation == .created ? "CREATED" : "REJECTED"
      for reply in replies where reply.outcome != wanted { wrong.append("\(id): \(reply.outcome) \(reply.errorCode ?? "")") }
      if expectation == .created, topics.deadLetters[id] != nil { deadLettered.append(id) }
    }
    report(lost, "requests without a reply")
    report(wrong, "requests with the wrong outcome")
    report(deadLettered, "good requests in the dead-letter topic")
    report(topics.replies.keys.filter { expectations[$0] == nil }, "replies to nothing")
  }

  /// One identity has at most one live URL, of a session that was made for it; none is about to die.
  private mutating func judgeURLs(_ lifetimeMin: Duration) {
    var owners: [String: String] = [:]
    var strange: [String] = []
    var dying: [String] = []
    for (id, replies) in topics.replies {
      let created = replies.filter { $0.outcome == "CREATED" }.sorted { $0.generation < $1.generation }
      newGenerations += max(0, created.count - 1)
      for reply in created {
        guard let id2 = reply.sessionID, let session = truth[id2] else {
          strange.append("\(id): no such session")
          continue
        }
        if owners.updateValue(id, forKey: id2).map({ $0 != id }) ?? false { strange.append("\(id): the session of another request") }
        if let transaction = session.merchantTransactionID, transaction != id { strange.append("\(id): made for \(transaction)") }
        guard let url = reply.hostedURL else { continue }
        if !url.hasPrefix(Lane.hostedURLOrigin + "/") || !url.contains(id2) { strange.append("\(id): the URL of another session") }
        let left = session.expiresAt - reply.seenAt
        if left + Self.observationDelay < lifetimeMin { dying.append("\(id): \(left.shown) left when it was seen") }
      }
      for (earlier, later) in zip(created, created.dropFirst()) {
        guard let first = truth[earlier.sessionID ?? ""], let second = truth[later.sessionID ?? ""] else { continue }
        if first.endsAt > second.createdAt {
          conflicting.append(
            "\(id): two live URLs, generation \(earlier.generation), \(told(first, earlier)), and \(later.generation), \(told(second, later))"
          )
        }
        if first.id == second.id { conflicting.append("\(id): one session under two ids of a reply") }
      }
    }
    conflicting += topics.faults.filter { $0.contains("conflicting replies") }
    report(conflicting, "conflicting replies")
    report(strange, "replies with what is not theirs")
    report(dying, "URLs published to die")
  }

  /// When a session was made, ended and published, by the real clock.
  private func told(_ session: SimulatorProcess.Session, _ reply: ObservedTopics.Reply) -> String {
    let (made, ended, seen) = (session.createdAt.rfc3339, session.endsAt.rfc3339, reply.seenAt.rfc3339)
    return "made \(made), \(session.end.rawValue) \(ended), reply seen \(seen), \(session.wasAnswered ? "answered" : "not answered")"
  }

  /// Every session that was published has one end, the true one. One that was recorded and never published, because its worker was killed, may have
  /// events; they too are true.
  private mutating func judgeEnds() {
    var missing: [String] = []
    var strangers: [String] = []
    var published: [String: String] = [:]
    for (id, replies) in topics.replies { for reply in replies { reply.sessionID.map { published[$0] = id } } }
    for (session, id) in published {
      let ends = (topics.events[session] ?? []).filter(\.status.isTerminal)
      if ends.isEmpty { missing.append("\(id) (\(session)), truly \(truth[session]?.end.rawValue ?? "unknown")") }
      if ends.count > 1 { falseEnds.append("\(id): several ends, \(ends.map(\.status.rawValue))") }
      for end in ends {
        endsCount[end.status, default: 0] += 1
        guard end.status != truth[session]?.end else { continue }
        falseEnds.append("\(id) (\(session)): told \(end.status.rawValue), truly \(truth[session]?.end.rawValue ?? "unknown")")
      }
    }
    for (session, events) in topics.events where published[session] == nil {
      untoldCount += 1
      if truth[session] == nil { strangers.append(session) }
      for end in events where end.status.isTerminal && end.status != truth[session]?.end { falseEnds.append("\(session): untrue, untold") }
    }
    report(missing, "sessions without an end")
    report(falseEnds, "false ends")
    report(strangers, "events of sessions that never existed")
  }

  private mutating func judgeOrphans(_ sessions: [SimulatorProcess.Session], max orphansMax: Int) {
    let published = Set(topics.replies.values.flatMap { $0.compactMap(\.sessionID) })
    let orphans = sessions.filter { !published.contains($0.id) }
    orphansCount = orphans.count
    faultedCount = orphans.count { !$0.wasAnswered }
    let struck = orphansCount - faultedCount
    if struck > orphansMax { violations.append("\(struck) orphans that no fault of the gateway made; the bound is \(orphansMax)") }
  }

  private mutating func report(_ found: [String], _ what: String) {
    if !found.isEmpty { violations.append("\(found.count) \(what): \(found.sorted().prefix(5))") }
  }
}
