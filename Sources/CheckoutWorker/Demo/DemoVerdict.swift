import CheckoutSession

/// Compares what was asked, what was replied and what truly happened at the gateway.
struct DemoVerdict: Sendable {
  /// What the gateway says of a session.
  struct TrueSession: Sendable {
    /// Its id.
    var id: String
    /// `payment.merchantTransactionId` of the request that made it.
    var merchantTransactionID: String?
    /// Whether the gateway failed on purpose when it answered, so that the worker could not learn of the session.
    var isExcused: Bool
  }

  /// Requests and their replies by kind.
  struct Row: Sendable {
    var requests = 0
    var replies: [ReplyOutcome: Int] = [:]
  }

  /// By kind of request.
  private(set) var rows: [DemoRequest.Kind: Row] = [:]
  /// Everything that is not as it should be; empty after a good run.
  private(set) var differences: [String] = []
  /// Sessions at the gateway that were never published: made by a request that got no answer, and harmless.
  private(set) var orphans = 0
  /// Requests that were repeated and got the same reply.
  private(set) var sameReplies = 0

  /// At most this many differences are named.
  static let differencesMax = 20

  /// - Parameters:
  ///   - replies: in the order of the reply topic's partitions.
  ///   - deadLetters: records in the dead-letter topic.
  init(requests: [DemoRequest], replies: [DemoReply], deadLetters: Int, sessions: [TrueSession]) {
    let byRequest = Dictionary(grouping: replies, by: \.requestID)
    let sessionsByID = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var published: Set<String> = []
    let asked = Dictionary(grouping: requests, by: \.requestID)
    for (requestID, group) in asked {
      let answers = byRequest[requestID] ?? []
      if answers.count != group.count { differ("request \(requestID): expected \(group.count) replies, got \(answers.count)") }
      count(group, answers)
      check(requestID, group, answers, sessionsByID, &published)
    }
    for requestID in byRequest.keys where asked[requestID] == nil {
      differ("a reply for a request that was never published: \(requestID)")
    }
    let expectedDeadLetters = replies.filter { $0.outcome == .rejected || $0.outcome == .failed }.count
    if deadLetters != expectedDeadLetters { differ("expected \(expectedDeadLetters) dead letters, got \(deadLetters)") }
    orphans = sessions.filter { !published.contains($0.id) }.count
    for session in sessions where !published.contains(session.id) && !session.isExcused {
      differ("session \(session.id) was made without a fault and never published")
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

  private mutating func check(
    _ requestID: String, _ group: [DemoRequest], _ answers: [DemoReply], _ sessions: [String: TrueSession], _ published: inout Set<String>
  ) {
    for outcome in Set(answers.map(\.outcome)) where !group.contains(where: { Self.allows($0, outcome) }) {
      differ("request \(requestID) (\(group[0].kind.rawValue)): got \(outcome.rawValue)")
    }
    let created = answers.filter { $0.outcome == .created }
    guard let first = created.first else { return }
    if Set(created.map(\.hostedURL)).count > 1 || Set(created.map(\.eventID)).count > 1 {
      differ("request \(requestID): different replies to the same request")
    } else if created.count > 1 {
      sameReplies += created.count - 1
    }
    guard let id = first.sessionID, let session = sessions[id] else {
      return differ("request \(requestID): its session is not known at the gateway")
    }
    published.insert(id)
    if first.hostedURL?.contains(id) != true { differ("request \(requestID): its hostedUrl is not that of its session") }
    if let transaction = group.first(where: { $0.kind == .valid })?.merchantTransactionID, session.merchantTransactionID != transaction {
      differ("request \(requestID): got the session of another payment")
    }
  }

  private static func allows(_ request: DemoRequest, _ outcome: ReplyOutcome) -> Bool {
    outcome == request.expected || (request.expected == .created && outcome == .failed)
  }

  private mutating func differ(_ text: String) {
    if differences.count < Self.differencesMax { differences.append(text) }
  }
}
