import Audit
import CheckoutSession

extension World {
  /// A world in which everything that can happen has happened as it should, each under an identity of its own.
  static func clean(hasLedger: Bool = true) -> World {
    var world = World(hasLedger: hasLedger)
    world.paid()
    world.alive()
    world.rejected()
    world.conflicting()
    world.expired()
    world.replayed()
    world.renewed()
    world.repeated()
    world.request("waiting", at: 3590)
    world.scope.committed[0] = world.requests.last.map { $0.place.coordinate.offset }
    return world
  }

  private mutating func paid() {
    request("paid")
    reply("paid", at: 1, session: 1)
    event("paid", .created, session: 1, at: 3)
    event("paid", .completed, session: 1, at: 60)
    generation("paid", row: 1, .created, session: 1, ended: .completed)
  }

  private mutating func alive() {
    request("alive", at: 3500)
    reply("alive", at: 3501, session: 2)
    event("alive", .created, session: 2, at: 3503, createdAt: 3501)
    generation("alive", row: 2, .created, session: 2, isOutstanding: true, decidedAt: 3501)
  }

  private mutating func rejected() {
    let record = request("rejected")
    reply("rejected", at: 1, outcome: .rejected)
    deadLetter(of: record)
  }

  /// The same identity with another body, twice: each with words of its own.
  private mutating func conflicting() {
    request("conflicting")
    reply("conflicting", at: 1, session: 3)
    event("conflicting", .timedOut, session: 3, at: 930)
    generation("conflicting", row: 3, .created, session: 3, ended: .timedOut)
    for body: UInt8 in 2...3 {
      deadLetter(of: request("conflicting", at: 5, body: body))
      reply("conflicting", at: 6, outcome: .rejected, content: "conflict \(body)")
    }
  }

  private mutating func expired() {
    request("expired")
    reply("expired", at: 1, outcome: .expired)
    generation("expired", row: 4, .expired)
  }

  /// Given up, replayed, and then created as the second generation.
  private mutating func replayed() {
    deadLetter(of: request("replayed"))
    reply("replayed", at: 1, outcome: .failed)
    request("replayed", at: 100)
    reply("replayed", at: 101, generation: 2, session: 4)
    event("replayed", .canceled, session: 4, at: 200, createdAt: 101)
    generation("replayed", row: 5, .failed, isPresent: false)
    generation("replayed", row: 5, .created, generation: 2, session: 4, ended: .canceled, decidedAt: 101)
  }

  /// Asked again after the first URL was dead: two URLs, never two that live.
  private mutating func renewed() {
    request("renewed")
    reply("renewed", at: 1, session: 5)
    event("renewed", .timedOut, session: 5, at: 940)
    request("renewed", at: 1000)
    reply("renewed", at: 1001, generation: 2, session: 6)
    event("renewed", .failed, session: 6, at: 1100, createdAt: 1001)
    generation("renewed", row: 6, .created, session: 5, isPresent: false, ended: .timedOut)
    generation("renewed", row: 6, .created, generation: 2, session: 6, ended: .failed, decidedAt: 1001)
  }

  /// Asked three times with headers of their own, answered four times because of a crash; the end told twice, and once without the URL.
  private mutating func repeated() {
    for (number, correlation) in ["a", "b", "c"].enumerated() { request("repeated", at: number, correlation: correlation, partition: 1) }
    for (number, correlation) in ["a", "a", "b"].enumerated() {
      reply("repeated", at: 4 + number, session: 7, createdAt: 4, correlation: correlation)
    }
    event("repeated", .completed, session: 7, at: 50, createdAt: 4)
    event("repeated", .completed, session: 7, at: 51, createdAt: 4)
    let last = reply("repeated", at: 55, session: 7, createdAt: 4, correlation: "c")
    replies[last].session?.url = nil
    generation("repeated", row: 7, .created, session: 7, ended: .completed, decidedAt: 4)
  }
}
