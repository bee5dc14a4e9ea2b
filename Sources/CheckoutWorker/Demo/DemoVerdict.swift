import CheckoutSession

/// Compares what was asked, what was replied and what truly happened at the gateway.
struct DemoVerdict: Sendable {
  /// Requests and their replies by kind.
  struct Row: Sendable {
    var requests = 0
    var replies: [ReplyOutcome: Int] = [:]
  }

  /// By kind of request.
  private(set) var rows: [DemoRequest.Kind: Row] = [:]
  /// Everything that is not as it should be; empty after a good run.
  private(set) var differences = DemoDifferences()
  /// The sessions that somebody was told of, by id, with the request that asked for them.
  private(set) var published: [String: DemoRequest] = [:]
  /// Sessions at the gateway that were never published: made by a request that got no answer, and harmless.
  private(set) var orphans = 0
  /// Requests that were repeated and got the same reply.
  private(set) var sameReplies = 0
  /// Requests that were repeated after their session had ended without success, and got a new one.
  private(set) var newSessions = 0

  private let sessions: [String: DemoTrueSession]

  /// - Parameters:
  ///   - replies: in the order of the reply topic's partitions.
  ///   - deadLetters: records in the dead-letter topic.
  init(requests: [DemoRequest], replies: [DemoReply], deadLetters: Int, sessions: [DemoTrueSession]) {
    self.sessions = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let byRequest = Dictionary(grouping: replies, by: \.requestID)
    let asked = Dictionary(grouping: requests, by: \.requestID)
    for (requestID, group) in asked {
      let answers = byRequest[requestID] ?? []
      if answers.count != group.count { differences.add("request \(requestID): expected \(group.count) replies, got \(answers.count)") }
      count(group, answers)
      check(group, answers)
    }
    for requestID in byRequest.keys where asked[requestID] == nil {
      differences.add("a reply for a request that was never published: \(requestID)")
    }
    let expectedDeadLetters = replies.filter { $0.outcome == .rejected || $0.outcome == .failed }.count
    if deadLetters != expectedDeadLetters { differences.add("expected \(expectedDeadLetters) dead letters, got \(deadLetters)") }
    for session in sessions where published[session.id] == nil {
      orphans += 1
      if !session.isExcused { differences.add("session \(session.id) was made without a fault and never published") }
    }
  }

  private mutating func count(_ group: [DemoRequest], _ answers: [DemoReply]) {
    for request in group { rows[request.kind, default: Row()].requests += 1 }
    // Replies of one request id are told apart by what each of its records can have come to.
    var rest = answers
    for request in group {
      let index = rest.firstIndex { Self.allows(request, $0.outcome) } ?? rest.indices.first
      guard let index else { continue }
      rows[request.kind, default: Row()].replies[rest.remove(at: index).outcome, default: 0] += 1
    }
  }

  private mutating func check(_ group: [DemoRequest], _ answers: [DemoReply]) {
    let request = group.first { $0.kind == .valid } ?? group[0]
    for outcome in Set(answers.map(\.outcome)) where !group.contains(where: { Self.allows($0, outcome) }) {
      differences.add("request \(request.requestID) (\(request.kind.rawValue)): got \(outcome.rawValue)")
    }
    // One session after the other, each with all its replies.
    var generations: [[DemoReply]] = []
    for reply in answers where reply.outcome == .created {
      if let index = generations.firstIndex(where: { $0[0].sessionID == reply.sessionID }) {
        generations[index].append(reply)
      } else {
        generations.append([reply])
      }
    }
    let made = generations.compactMap { checkSession(of: request, $0) }
    for (earlier, later) in zip(made, made.dropFirst()) {
      newSessions += 1
      if earlier.end == .completed || later.createdAt < earlier.endedAt {
        differences.add("request \(request.requestID): got session \(later.id) although session \(earlier.id) was alive or has completed")
      }
    }
  }

  /// Checks the replies that tell of one session.
  /// - Returns: the session, if the gateway knows it.
  private mutating func checkSession(of request: DemoRequest, _ replies: [DemoReply]) -> DemoTrueSession? {
    let name = "request \(request.requestID)"
    guard let id = replies[0].sessionID, let session = sessions[id] else {
      differences.add("\(name): its session is not known at the gateway")
      return nil
    }
    published[id] = request
    if Set(replies.map(\.eventID)).count > 1 || Set(replies.compactMap(\.hostedURL)).count > 1 {
      differences.add("\(name): different replies to the same request")
    } else {
      sameReplies += replies.count - 1
    }
    if replies[0].hostedURL?.contains(id) != true { differences.add("\(name): its hostedUrl is not that of its session") }
    if session.end != .completed, replies.contains(where: { $0.hostedURL == nil }) {
      differences.add("\(name): a repeated reply lacks the hostedUrl of a session that has not completed")
    }
    if session.merchantTransactionID != request.merchantTransactionID {
      differences.add("\(name): got the session of another payment")
    }
    return session
  }

  private static func allows(_ request: DemoRequest, _ outcome: ReplyOutcome) -> Bool {
    outcome == request.expected || (request.expected == .created && outcome == .failed)
  }
}
