import CheckoutSession
import Testing

/// The model ledger says what the conformance suite (`Tests/LedgerTests/Conformance`) says of every ledger, as far as the simulation relies on it.
@Suite("The model ledger") struct ModelLedgerTests {
  private let now = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
  private let end = Timestamp(millisecondsSinceEpoch: 1_735_689_660_000)

  private func claim(_ id: String, body: UInt8 = 1, replayCount: Int = 0, replaces: UInt8? = nil, newSession: Bool = false) throws
    -> RequestClaim
  {
    RequestClaim(
      identity: RequestIdentity(merchantID: "m", requestID: id),
      bodyHash: try #require(BodyHash(bytes: Array(repeating: body, count: 32))), mode: .payment, merchantTransactionID: nil,
      replayCount: replayCount, replaces: replaces.flatMap { BodyHash(bytes: Array(repeating: $0, count: 32)) },
      wantsNewSession: newSession,
      source: RecordCoordinate(topic: "t", partition: 0, offset: 0))
  }

  private func created(_ number: Int = 1) -> DecidedReply {
    let name = SessionName.number(number)
    return DecidedReply(
      outcome: .created, session: CreatedSession(sessionID: name.id, hostedURL: name.url, createdAt: now), error: nil, attempts: 1,
      decidedAt: now)
  }

  private func declined(_ outcome: ReplyOutcome) -> DecidedReply {
    let error = ReplyError(code: "X", title: "x", detail: "x", field: nil, retryable: false)
    return DecidedReply(outcome: outcome, session: nil, error: error, attempts: 1, decidedAt: now)
  }

  private func watched(_ ledger: inout ModelLedger, _ id: String = "a", number: Int = 1, published: Bool = true) throws -> ClaimKey {
    guard case .new(let key) = ledger.claim([try claim(id)])[0] else { throw Unexpected() }
    #expect(ledger.record([decision(key, created(number))]) == [.recorded])
    if published { ledger.markPublished([key]) }
    return key
  }

  private func decision(_ key: ClaimKey, _ reply: DecidedReply) -> NewDecision {
    NewDecision(key: key, reply: reply, watch: reply.session.map { _ in SessionWatch(recordKey: nil, firstPollAt: now) })
  }

  private struct Unexpected: Error {}

  @Test func claims() throws {
    var ledger = ModelLedger()
    let key = ClaimKey(row: 0, generation: 1)
    let outcomes = ledger.claim([try claim("a"), try claim("b"), try claim("a"), try claim("a", body: 2)])
    #expect(outcomes == [.new(key), .new(ClaimKey(row: 1, generation: 1)), .inDoubt(key), .conflict])
    #expect(ledger.record([decision(key, declined(.failed))]) == [.recorded])
    #expect(ledger.claim([try claim("a")]) == [.decided(key, declined(.failed))])
    // A later replay reopens what ended without a session, once; one that came before the decision does not.
    let next = ClaimKey(row: 0, generation: 2)
    #expect(ledger.claim([try claim("a", replayCount: 1), try claim("a", replayCount: 1)]) == [.new(next), .inDoubt(next)])
    #expect(ledger.record([decision(key, created())]) == [.superseded(declined(.failed))])
    #expect(ledger.record([decision(next, created())]) == [.recorded])
    #expect(ledger.claim([try claim("a", replayCount: 2)]) == [.decided(next, created())])
    #expect(ledger.record([decision(ClaimKey(row: 9, generation: 1), created())]) == nil)
  }

  @Test func edits() throws {
    var ledger = ModelLedger()
    guard case .new(let key) = ledger.claim([try claim("a")])[0] else { throw Unexpected() }
    let edit = try claim("a", body: 2, replayCount: 1, replaces: 1)
    #expect(ledger.claim([edit]) == [.conflict], "nothing is decided")
    #expect(ledger.record([decision(key, declined(.rejected))]) == [.recorded])
    let next = ClaimKey(row: 0, generation: 2)
    #expect(ledger.claim([try claim("a", body: 2, replayCount: 1, replaces: 3)]) == [.conflict])
    #expect(ledger.claim([edit, edit, try claim("a")]) == [.new(next), .inDoubt(next), .conflict])
    #expect(ledger.record([decision(next, created())]) == [.recorded])
    #expect(ledger.claim([try claim("a", body: 3, replayCount: 2, replaces: 2)]) == [.conflict], "there is a session")
  }

  @Test func newSessions() throws {
    var ledger = ModelLedger()
    let key = try watched(&ledger)
    let wish = try claim("a", replayCount: 1, newSession: true)
    #expect(ledger.claim([wish]) == [.decided(key, created())], "it is open")
    ledger.end(key, .completed)
    let next = ClaimKey(row: 0, generation: 2)
    #expect(ledger.claim([wish]).first != .new(next), "the count is not higher")
    #expect(ledger.claim([try claim("a", replayCount: 2)]).first != .new(next), "nobody wishes it")
    #expect(ledger.claim([try claim("a", replayCount: 3, newSession: true)]) == [.new(next)])
  }

  @Test func decisions() throws {
    var ledger = ModelLedger()
    let key = try watched(&ledger, published: false)
    #expect(ledger.record([decision(key, created(2))]) == [.superseded(created())])
    #expect(ledger.record([decision(key, created()), decision(key, created())]) == [.recorded, .recorded])
    #expect(ledger.outstanding.count == 1)
  }

  @Test func renewals() throws {
    var ledger = ModelLedger()
    let published = try watched(&ledger)
    let dead = now + CreatedSession.lifetime
    let renewal = GenerationRenewal(key: published, mayBePublished: true)
    #expect(ledger.renew([renewal], at: dead - .milliseconds(1)) == [nil])
    let next = ClaimKey(row: published.row, generation: 2)
    #expect(ledger.renew([renewal, renewal], at: dead) == [next, nil])
    #expect(ledger.claim([try claim("a")]) == [.inDoubt(next)])
    #expect(ledger.outstanding.map(\.key) == [published])
    // What surely nobody saw is not watched any more, and is renewed at any time.
    let unseen = try watched(&ledger, "b", number: 2, published: false)
    #expect(ledger.renew([GenerationRenewal(key: unseen, mayBePublished: false)], at: now).map { $0?.generation } == [2])
    #expect(ledger.outstanding.map(\.key) == [published])
  }

  @Test func whatAnotherWorkerWasToldOfIsAsGoodAsPublished() throws {
    for told in ["by a claim", "by a record"] {
      var ledger = ModelLedger()
      let key = try watched(&ledger, published: false)
      if told == "by a claim" { _ = ledger.claim([try claim("a")]) } else { _ = ledger.record([decision(key, created(2))]) }
      let renewal = GenerationRenewal(key: key, mayBePublished: false)
      #expect(ledger.renew([renewal], at: now + .seconds(700)) == [nil], "\(told)")
      #expect(ledger.renew([renewal], at: now + CreatedSession.lifetime).map { $0?.generation } == [2])
      #expect(ledger.outstanding.map(\.key) == [key])
    }
  }

  @Test func leasesAndPolls() throws {
    var ledger = ModelLedger()
    let key = try watched(&ledger)
    let first = ledger.leaseDue(now: now, until: end, limit: 5)
    #expect(first.sessions.map(\.key) == [key] && ledger.leaseDue(now: now, until: end, limit: 5).sessions.isEmpty)
    let event = PollRecord(key: key, status: .created, polls: 1, failures: 0, next: .publish(observedAt: now))
    #expect(ledger.recordPolls([event], under: first.token) == [true])
    #expect(ledger.recordPolls([event], under: first.token) == [true], "our own, of a call whose answer was lost")
    let second = ledger.leaseDue(now: end, until: end + .seconds(60), limit: 5)
    #expect(second.sessions.first?.unpublishedEvent == RecordedEvent(status: .created, observedAt: now, polls: 1))
    #expect(ledger.recordPolls([event], under: first.token) == [false], "the lease has passed on")
    // The event is out whoever says so, but the session stays the holder's.
    ledger.markPublished([PublishedEvent(key: key, status: .created, nextPollAt: now)], under: first.token)
    #expect(ledger.leaseDue(now: end, until: end, limit: 5).sessions.isEmpty)
    let terminal = PollRecord(key: key, status: .completed, polls: 2, failures: 0, next: .publish(observedAt: end))
    #expect(ledger.recordPolls([terminal], under: second.token) == [true])
    guard case .decided(_, let stored) = ledger.claim([try claim("a")])[0] else { throw Unexpected() }
    #expect(stored.session == nil && stored.completed != nil)
    #expect(ledger.renew([GenerationRenewal(key: key, mayBePublished: true)], at: end + .seconds(9999)) == [nil])
    for _ in 0..<2 { ledger.markPublished([PublishedEvent(key: key, status: .completed, nextPollAt: nil)], under: second.token) }
    #expect(ledger.outstanding.isEmpty)
  }

  @Test func releases() throws {
    var ledger = ModelLedger()
    let key = try watched(&ledger)
    let lease = ledger.leaseDue(now: now, until: end, limit: 1)
    ledger.release([key], under: SessionLease.Token(rawValue: -1), dueAt: now)
    #expect(ledger.leaseDue(now: now, until: end, limit: 1).sessions.isEmpty)
    ledger.release([key], under: lease.token, dueAt: now + .seconds(3))
    #expect(ledger.nextDueAt == now + .seconds(3))
  }
}
