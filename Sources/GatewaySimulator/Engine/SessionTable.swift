/// Every session that was made, and how often each request was seen. Holds at most `sessionsMax` of both.
struct SessionTable {
  /// What was seen of one request: everything with the same merchant and merchantTransactionId (without one: with the same body).
  struct Seen {
    var attempts: UInt32 = 0
    var sessions: UInt32 = 0
    /// Where its first session stands; nil if it has none.
    var firstSession: Int32?
  }

  let sessionsMax: Int
  private(set) var sessions: [SimulatedSession] = []
  private(set) var seen: [StableKey: Seen] = [:]
  private var indexByID: [UInt128: Int32] = [:]

  init(sessionsMax: Int) { self.sessionsMax = sessionsMax }

  /// Whether one more request can be remembered.
  var hasRoom: Bool { sessions.count < sessionsMax && seen.count < sessionsMax }

  /// Counts an attempt and says which one it is, from 1.
  mutating func countAttempt(_ key: StableKey) -> UInt32 {
    seen[key, default: Seen()].attempts += 1
    return seen[key]?.attempts ?? 1
  }

  /// Where the session stands; nil if there is none.
  func index(of id: UInt128) -> Int? { indexByID[id].map(Int.init) }

  /// Adds a session and says where it stands.
  mutating func add(_ session: SimulatedSession) -> Int {
    let index = sessions.count
    sessions.append(session)
    indexByID[session.id] = Int32(index)
    seen[session.key, default: Seen()].sessions += 1
    if seen[session.key]?.firstSession == nil { seen[session.key]?.firstSession = Int32(index) }
    return index
  }

  mutating func countPoll(_ index: Int) { sessions[index].polls += 1 }

  mutating func setAnswer(_ index: Int, _ answer: AnswerFate) {
    if sessions[index].answer == .pending { sessions[index].answer = answer }
  }
}
