import NIOCore

/// Keep-alive HTTP/1.1 to one origin: as many connections as configured, one request in flight on each.
///
/// Everything here happens on one event loop, so there are no locks and no hops; whoever is elsewhere comes in through a
/// ``GatewayClient``. Requests are never repeated here: each needs a pacing token of its own, so repeating is the stage's decision. What
/// this type owes it is the truth about whether a request may have been acted on. Redirects are not followed.
final class HTTPTransport {
  private enum Phase {
    case running
    case draining(EventLoopPromise<Void>)
    case closed
  }

  let eventLoop: any EventLoop
  private let factory: ConnectionFactory
  private let limits: TransportLimits
  private var pool: ConnectionPool<any HTTPExchange>
  private var connections: [HTTPConnection?]
  private var phase = Phase.running
  private var timer: Scheduled<Void>?
  private var timerDeadline = NIODeadline.distantFuture
  private var counters = TransportCounters()
  /// Called when connections were closed that nobody was using: no result tells of it.
  var afterSweep: () -> Void = {}

  /// A transport without connections. To be used on `eventLoop` only.
  init(eventLoop: any EventLoop, factory: ConnectionFactory, limits: TransportLimits) {
    self.eventLoop = eventLoop
    self.factory = factory
    self.limits = limits
    connections = Array(repeating: nil, count: limits.connectionsMax)
    pool = ConnectionPool(
      connectionsMax: limits.connectionsMax, waitingMax: limits.waitingMax, idleTimeout: limits.idleTimeout,
      connectionAgeMax: limits.connectionAgeMax)
  }

  /// Sends a request as soon as a connection is there.
  func start(_ exchange: any HTTPExchange) {
    guard case .running = phase else {
      return exchange.finish(.failure(TransportFailure(.canceled, "the client is shutting down", isSent: false)))
    }
    run(pool.request(exchange, now: .now()))
  }

  /// Calls off the requests whose ids are in `ids`, wherever they are; their connections are closed.
  func cancel(ids: Set<UInt64>) {
    cancel { $0.isNamed(in: ids) }
  }

  /// Calls off every request.
  func cancelAll() {
    cancel { _ in true }
  }

  /// Takes no more requests, lets those that are there end, then closes the connections.
  func drain() -> EventLoopFuture<Void> {
    switch phase {
    case .closed: return eventLoop.makeSucceededVoidFuture()
    case .draining(let promise): return promise.futureResult
    case .running:
      let promise = eventLoop.makePromise(of: Void.self)
      phase = .draining(promise)
      closeIfDrained()
      return promise.futureResult
    }
  }

  /// What happened since the last call, and what is there now.
  func takeCounters() -> TransportCounters {
    var taken = counters
    counters = TransportCounters()
    taken.connectionsOpen = pool.connectionCount
    taken.requestsInFlight = pool.busyCount
    taken.requestsWaiting = pool.waitingCount
    return taken
  }

  /// The request on `connection` has ended and been told.
  func connectionBecameFree(_ connection: HTTPConnection, isReusable: Bool) {
    let now = NIODeadline.now()
    if isReusable, !pool.isWorn(slot: connection.slot, now: now) {
      run(pool.becameFree(slot: connection.slot, now: now))
    } else {
      connection.close()
    }
  }

  /// `connection` is gone; its request, if it had one, has been told.
  func connectionEnded(_ connection: HTTPConnection) {
    guard connections[connection.slot] === connection else { return }
    connections[connection.slot] = nil
    run(pool.closed(slot: connection.slot, now: .now()))
  }

  private func run(_ first: ConnectionPool<any HTTPExchange>.Action) {
    var action = first
    while true {
      switch action {
      case .none:
        // A connection may have become idle, be it the last one that was awaited.
        arm(pool.nextIdleDeadline)
        return closeIfDrained()
      case .refuse(let exchange):
        let detail = "\(limits.waitingMax) requests wait for a connection already"
        return exchange.finish(.failure(TransportFailure(.overloaded, detail, isSent: false)))
      case .open(let exchange, let slot):
        return open(exchange, slot: slot)
      case .send(let exchange, let slot):
        let now = NIODeadline.now()
        let deadline = now + limits.requestTimeout
        guard let connection = connections[slot] else {
          // Cannot be: an idle slot has a connection. If it were, the request must not be lost over it.
          action = pool.closed(slot: slot, now: now)
          exchange.finish(.failure(TransportFailure(.connectionLost, "the idle connection is gone", isSent: false)))
          continue
        }
        if connection.send(exchange, deadline: deadline) { return arm(deadline) }
        action = pool.becameFree(slot: slot, now: now)
      }
    }
  }

  private func open(_ exchange: any HTTPExchange, slot: Int) {
    let deadline = NIODeadline.now() + limits.requestTimeout
    let parser = ResponseParser(headerBytesMax: limits.headerBytesMax, bodyBytesMax: limits.answerBytesMax)
    let connection = HTTPConnection(slot: slot, transport: self, parser: parser, exchange: exchange, deadline: deadline)
    connections[slot] = connection
    arm(deadline)
    factory.connect(on: eventLoop).assumeIsolated().whenComplete { result in
      // The request may have run out or been called off meanwhile; its slot may even have another connection.
      guard self.connections[slot] === connection else {
        if case .success(let channel) = result { channel.close(promise: nil) }
        return
      }
      self.opened(connection, result)
    }
  }

  private func opened(_ connection: HTTPConnection, _ result: Result<any Channel, any Error>) {
    do {
      try result.get().pipeline.syncOperations.addHandler(connection)
    } catch {
      counters.connectFailures += 1
      return connection.failedToOpen(ConnectFailure.failure(error, peer: factory.route.target.authority))
    }
    counters.connects += 1
    guard let exchange = connection.open() else { return }
    if !connection.send(exchange, deadline: connection.requestDeadline) {
      run(pool.becameFree(slot: connection.slot, now: .now()))
    }
  }

  private func cancel(where isChosen: (any HTTPExchange) -> Bool) {
    for exchange in pool.takeWaiting(where: isChosen) {
      exchange.finish(.failure(TransportFailure(.canceled, "called off before it was sent", isSent: false)))
    }
    for connection in connections {
      guard let connection, let exchange = connection.exchange, isChosen(exchange) else { continue }
      connection.abort(.canceled, "called off")
    }
    closeIfDrained()
  }

  private func closeIfDrained() {
    guard case .draining(let promise) = phase, pool.busyCount == 0, pool.waitingCount == 0 else { return }
    phase = .closed
    timer?.cancel()
    timer = nil
    for slot in pool.takeIdle(now: .now()) { connections[slot]?.close() }
    promise.succeed(())
  }
}

// One timer for all deadlines. The time-outs are constant, so the next deadline is nearly always one that was set long ago, and setting
// one more costs a comparison.
extension HTTPTransport {
  private func arm(_ deadline: NIODeadline?) {
    guard let deadline, deadline < timerDeadline else { return }
    timer?.cancel()
    timerDeadline = deadline
    timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.sweep() }
  }

  private func sweep() {
    timerDeadline = .distantFuture
    guard !isClosed else { return }
    let now = NIODeadline.now()
    for connection in connections {
      guard let connection, connection.exchange != nil, connection.requestDeadline <= now else { continue }
      connection.abort(.requestTimeout, "no whole answer within \(limits.requestTimeout.nanoseconds / 1_000_000) ms")
    }
    for slot in pool.takeExpired(now: now) { connections[slot]?.close() }
    for connection in connections {
      if let connection, connection.exchange != nil { arm(connection.requestDeadline) }
    }
    arm(pool.nextIdleDeadline)
    afterSweep()
  }

  private var isClosed: Bool {
    if case .closed = phase { return true }
    return false
  }
}
