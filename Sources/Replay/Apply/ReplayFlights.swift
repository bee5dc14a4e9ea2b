import CheckoutSession
import Synchronization

/// What is sent and not answered. The sender puts in, the reader of replies takes out.
///
/// A reply can come before its acknowledgement: the broker gives a record to the workers as soon as it has it. So a request is put in before it is published, and
/// an answer that comes too early is kept until the ledger has the request as sent.
final class ReplayFlights: Sendable {
  private struct State {
    var flights: [ReplayMark: ReplayFlight] = [:]
    var inheritedCount = 0
    /// Replies to nothing that is waited for yet: an earlier run may have sent what they answer, which shows when the plan's line is come to.
    var early: [ReplayMark: ReplayAnswer] = [:]
    var landed: [ReplayLanding] = []
    /// Taken by who notes them, and not noted yet.
    var beingNoted = 0

    mutating func remove(_ mark: ReplayMark) -> ReplayFlight? {
      let flight = flights.removeValue(forKey: mark)
      if flight?.isInherited == true { inheritedCount -= 1 }
      return flight
    }

    mutating func land(_ mark: ReplayMark, _ answer: ReplayAnswer) {
      guard let flight = remove(mark) else { return }
      landed.append(ReplayLanding(flight: flight, answer: answer))
    }
  }
  /// Replies to other records that are kept.
  static let earlyMax = 100_000

  private let state = Mutex(State())

  /// Rings when there are answers to note.
  let landings = ReplayBell()

  /// How many are not answered, or have an answer that is not noted yet.
  var count: Int { state.withLock { $0.flights.count + $0.landed.count + $0.beingNoted } }
  /// All that the ledger has as sent and that are not answered, in the order of their places. The others are in doubt, and counted as that.
  var unanswered: [ReplayFlight] {
    state.withLock { $0.flights.values.filter(\.isRecorded) }
      .sorted { ($0.entry.place.partition, $0.entry.place.offset) < ($1.entry.place.partition, $1.entry.place.offset) }
  }

  /// Adds one that is about to be published, or was sent before.
  func add(_ flight: ReplayFlight) {
    state.withLock { state in
      _ = state.remove(flight.mark)
      state.flights[flight.mark] = flight
      if flight.isInherited { state.inheritedCount += 1 }
      if let answer = state.early.removeValue(forKey: flight.mark), flight.isRecorded { state.land(flight.mark, answer) }
    }
    if flight.isRecorded { landings.ring() }
  }

  /// One more line of the plan waits for a request; false if nobody waits for it yet.
  func addLine(_ mark: ReplayMark) -> Bool {
    state.withLock { state in
      state.flights[mark]?.lines += 1
      return state.flights[mark] != nil
    }
  }

  /// How many of them this run has sent.
  var ownCount: Int { state.withLock { $0.flights.count - $0.inheritedCount } }
  /// Origins of those that earlier runs have sent, with what names them.
  var inherited: [RecordCoordinate: ReplayMark] {
    state.withLock { state in
      guard state.inheritedCount > 0 else { return [:] }
      return state.flights.values.reduce(into: [:]) { if $1.isInherited { $0[$1.entry.origin] = $1.mark } }
    }
  }

  /// Forgets one that was not published after all.
  @discardableResult func remove(_ mark: ReplayMark) -> ReplayFlight? {
    state.withLock { $0.remove(mark) }
  }

  /// The ledger has these as sent.
  func markRecorded(_ marks: [ReplayMark]) {
    state.withLock { state in
      for mark in marks {
        state.flights[mark]?.isRecorded = true
        if let answer = state.flights[mark]?.answer { state.land(mark, answer) }
      }
    }
    landings.ring()
  }

  /// Takes replies in.
  func take(_ replies: [ReplayReply]) {
    state.withLock { state in
      for reply in replies {
        guard let flight = state.flights[reply.mark] else {
          if state.early.count < Self.earlyMax { state.early[reply.mark] = reply.answer }
          continue
        }
        if flight.isRecorded { state.land(reply.mark, reply.answer) } else { state.flights[reply.mark]?.answer = reply.answer }
      }
    }
    landings.ring()
  }

  /// The answers that can be noted, each once; they count until ``noted(_:)``.
  func takeLanded() -> [ReplayLanding] {
    state.withLock { state in
      defer { state.landed = [] }
      state.beingNoted += state.landed.count
      return state.landed
    }
  }

  /// So many of them are noted.
  func noted(_ count: Int) { state.withLock { $0.beingNoted -= count } }
}
