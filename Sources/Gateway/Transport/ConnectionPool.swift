import NIOCore

/// Decides which request goes to which connection. Pure: the transport executes the actions (`design/style.md`, rule 1).
///
/// A connection is a slot, `0..<connectionsMax`, with at most one request on it. A request that finds no idle connection takes a new one
/// and stays with it, so that a failure to connect is the failure of exactly one request; when all slots are taken, requests wait in the
/// order in which they came. Idle connections are taken last in, first out: those too many go unused and run into their idle time-out.
struct ConnectionPool<Request> {
  /// What the transport has to do.
  enum Action {
    /// Send it on this idle connection.
    case send(Request, slot: Int)
    /// Open a connection in this slot, then send it.
    case open(Request, slot: Int)
    /// Nothing to do now.
    case none
    /// There are too many already.
    case refuse(Request)
  }

  private struct Idle {
    var slot: Int
    var since: NIODeadline
  }

  private enum Slot {
    case free
    /// Connecting, or with a request on it.
    case busy(openedAt: NIODeadline)
    case idle(openedAt: NIODeadline)
  }

  private var slots: [Slot]
  private var freeSlots: [Int]
  private var idle: [Idle] = []
  private var waiting = CircularBuffer<Request>()
  private let waitingMax: Int
  private let idleTimeout: TimeAmount
  private let connectionAgeMax: TimeAmount

  /// An empty pool.
  init(connectionsMax: Int, waitingMax: Int, idleTimeout: TimeAmount, connectionAgeMax: TimeAmount) {
    slots = Array(repeating: .free, count: connectionsMax)
    freeSlots = Array((0..<connectionsMax).reversed())
    self.waitingMax = waitingMax
    self.idleTimeout = idleTimeout
    self.connectionAgeMax = connectionAgeMax
  }

  /// Connections that are being opened or are open.
  var connectionCount: Int { slots.count - freeSlots.count }
  /// Connections with a request on them, or being opened for one.
  var busyCount: Int { connectionCount - idle.count }
  /// Requests without a connection.
  var waitingCount: Int { waiting.count }

  /// When the connection that has been idle for the longest time runs out.
  var nextIdleDeadline: NIODeadline? { idle.first.map { $0.since + idleTimeout } }

  /// A request has come.
  mutating func request(_ request: Request, now: NIODeadline) -> Action {
    if let idle = idle.popLast() {
      return take(idle, for: request)
    }
    if let slot = freeSlots.popLast() {
      slots[slot] = .busy(openedAt: now)
      return .open(request, slot: slot)
    }
    guard waiting.count < waitingMax else { return .refuse(request) }
    waiting.append(request)
    return .none
  }

  private mutating func take(_ idle: Idle, for request: Request) -> Action {
    if case .idle(let openedAt) = slots[idle.slot] { slots[idle.slot] = .busy(openedAt: openedAt) }
    return .send(request, slot: idle.slot)
  }

  /// Whether a connection is so old that it should not be used again: the host's name may stand for another machine by now.
  ///
  /// Connections that were opened together do not wear out together: the slots' ages differ by up to a quarter.
  func isWorn(slot: Int, now: NIODeadline) -> Bool {
    let ageMax = connectionAgeMax - .nanoseconds(connectionAgeMax.nanoseconds / 32 * Int64(slot % 8))
    return switch slots[slot] {
    case .busy(let openedAt), .idle(let openedAt): now - openedAt >= ageMax
    case .free: true
    }
  }

  /// The request on a connection has ended, and the connection can carry another one.
  mutating func becameFree(slot: Int, now: NIODeadline) -> Action {
    guard case .busy(let openedAt) = slots[slot] else { return .none }
    if let next = waiting.popFirst() { return .send(next, slot: slot) }
    slots[slot] = .idle(openedAt: openedAt)
    idle.append(Idle(slot: slot, since: now))
    return .none
  }

  /// A connection is gone, or could not be opened: whatever it was doing has been told.
  mutating func closed(slot: Int, now: NIODeadline) -> Action {
    switch slots[slot] {
    case .free: return .none
    case .idle: idle.removeAll { $0.slot == slot }
    case .busy: break
    }
    slots[slot] = .free
    freeSlots.append(slot)
    guard let next = waiting.popFirst() else { return .none }
    return request(next, now: now)
  }

  /// Idle connections that have run out or are worn; they are out of the pool and to be closed.
  mutating func takeExpired(now: NIODeadline) -> [Int] {
    let expired = idle.filter { $0.since + idleTimeout <= now || isWorn(slot: $0.slot, now: now) }.map(\.slot)
    for slot in expired { _ = closed(slot: slot, now: now) }
    return expired
  }

  /// All idle connections; they are out of the pool and to be closed.
  mutating func takeIdle(now: NIODeadline) -> [Int] {
    let all = idle.map(\.slot)
    for slot in all { _ = closed(slot: slot, now: now) }
    return all
  }

  /// Waiting requests for which `isChosen` holds, in order; they wait no longer.
  mutating func takeWaiting(where isChosen: (Request) -> Bool) -> [Request] {
    let chosen = waiting.filter(isChosen)
    if !chosen.isEmpty { waiting.removeAll(where: isChosen) }
    return Array(chosen)
  }
}
