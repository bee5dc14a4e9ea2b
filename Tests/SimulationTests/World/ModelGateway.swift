import CheckoutSession

/// The gateway's truth, and what it says of it: with faults, but never with a lie.
struct ModelGateway {
  private(set) var sessions: [GatewaySession] = []
  private(set) var index: [SessionID: Int] = [:]
  /// POSTs that came.
  private(set) var posts = 0
  /// Sessions that were made by a POST whose answer does not say so.
  private(set) var faultySessions = 0

  /// How long a session lives, in milliseconds.
  static let lifetime: Int64 = 900_000

  func session(_ id: SessionID) -> GatewaySession? { index[id].map { sessions[$0] } }

  /// A POST arrives.
  mutating func post(
    isRefused: Bool, askedAt: Int64, now: Int64, wall: (Int64) -> Timestamp, faults: Int, using chance: inout Chance
  ) -> Result<CreatedSession, GatewayFailure> {
    posts += 1
    if chance.happens(faults, of: 1000) {
      switch chance.below(10) {
      case 0, 1: return .failure(.serverError)
      case 2: return .failure(.slowDown(chance.happens(1, of: 2) ? .seconds(2) : nil))
      case 3: return .failure(.staleToken)
      case 4: return .failure(.forbidden)
      case 5: return .failure(.noConnection)
      case 6 where !isRefused: return makeUnseen(askedAt, now, .serverError, &chance)
      case 7 where !isRefused: return makeUnseen(askedAt, now, .badAnswer, &chance)
      case 8 where !isRefused: return makeUnseen(askedAt, now, .lostConnection, &chance)
      case 9 where !isRefused: return makeUnseen(askedAt, now, .timeOut, &chance)
      default: return .failure(.timeOut)
      }
    }
    guard !isRefused else { return .failure(.invalid) }
    let session = make(askedAt, now, &chance)
    return .success(CreatedSession(sessionID: session.name.id, hostedURL: session.name.url, createdAt: wall(askedAt)))
  }

  private mutating func makeUnseen(
    _ askedAt: Int64, _ now: Int64, _ failure: GatewayFailure, _ chance: inout Chance
  ) -> Result<CreatedSession, GatewayFailure> {
    _ = make(askedAt, now, &chance)
    faultySessions += 1
    return .failure(failure)
  }

  private mutating func make(_ askedAt: Int64, _ now: Int64, _ chance: inout Chance) -> GatewaySession {
    let ends: [SessionStatus] = [.completed, .completed, .timedOut, .canceled, .failed]
    let end = ends[chance.below(ends.count)]
    let endsAt = end == .timedOut ? now + Self.lifetime : now + 2000 + Int64(chance.below(chance.happens(1, of: 4) ? 890_000 : 60_000))
    let visibleAt = now + Int64(chance.below(3000))
    let session = GatewaySession(
      name: SessionName.number(sessions.count), askedAt: askedAt, madeAt: now, visibleAt: min(visibleAt, endsAt),
      usableAt: visibleAt + 1000,
      end: end, endsAt: endsAt)
    index[session.name.id] = sessions.count
    sessions.append(session)
    return session
  }

  /// A GET arrives.
  func get(_ id: SessionID, now: Int64, faults: Int, using chance: inout Chance) -> Result<SessionSnapshot, GatewayFailure> {
    if chance.happens(faults, of: 1000) {
      let failures: [GatewayFailure] = [
        .serverError, .slowDown(nil), .slowDown(.seconds(40)), .badAnswer, .staleToken, .forbidden, .noConnection, .lostConnection,
        .timeOut,
      ]
      return .failure(failures[chance.below(failures.count)])
    }
    return session(id)?.outcome(at: now) ?? .failure(.noSuchSession)
  }
}
