import CheckoutSession
import Testing

@testable import Ledger

/// The pure parts of the pool.
struct PostgresClientStateTests {
  private typealias State = PoolState<String>

  /// The job to do next; nil for a rest.
  private func job(_ next: State.Next) -> String? { if case .run(let job) = next { job } else { nil } }
  private func letGo(_ next: State.Next) -> [Int]? { if case .rest(let letGo) = next { letGo } else { nil } }

  @Test func workersAreTakenInOrderAndTheWarmestFirst() {
    var state = State(workers: 3, queuedMax: 2, idleMax: .seconds(300))
    #expect(state.submit("a") == .run(worker: 0))
    #expect(state.submit("b") == .run(worker: 1))
    #expect(letGo(state.finished(0, now: .seconds(1))) == [])
    #expect(letGo(state.finished(1, now: .seconds(2))) == [])
    #expect(state.submit("c") == .run(worker: 1))
  }

  @Test func jobsWaitInOrderUpToTheBound() {
    var state = State(workers: 1, queuedMax: 2, idleMax: .seconds(300))
    #expect(["a", "b", "c", "d"].map { state.submit($0) } == [.run(worker: 0), .waits, .waits, .full])
    #expect(job(state.finished(0, now: .zero)) == "b")
    #expect(state.submit("e") == .waits)
    #expect(job(state.finished(0, now: .zero)) == "c")
    #expect(job(state.finished(0, now: .zero)) == "e")
    #expect(letGo(state.finished(0, now: .zero)) == [])
  }

  @Test func connectionsWithoutWorkAreLetGoOnce() {
    var state = State(workers: 3, queuedMax: 2, idleMax: .seconds(300))
    for name in ["a", "b", "c"] { _ = state.submit(name) }
    for worker in 0..<3 { _ = state.finished(worker, now: .seconds(worker)) }
    #expect(state.submit("d") == .run(worker: 2))
    #expect(letGo(state.finished(2, now: .seconds(300))) == [0])
    #expect(state.submit("e") == .run(worker: 2))
    #expect(letGo(state.finished(2, now: .seconds(400))) == [1])
    #expect(state.submit("f") == .run(worker: 2))
    #expect(letGo(state.finished(2, now: .seconds(500))) == [])
  }

  @Test func aClosedPoolDoesWhatWaitsAndThenEnds() {
    var state = State(workers: 2, queuedMax: 2, idleMax: .seconds(300))
    for name in ["a", "b", "c"] { _ = state.submit(name) }
    let isAtRest = state.close()
    #expect(!isAtRest)
    #expect(state.submit("d") == .closed)
    #expect(job(state.finished(0, now: .zero)) == "c")
    if case .end(isLast: false) = state.finished(0, now: .zero) {} else { Issue.record("the other one still works") }
    if case .end(isLast: true) = state.finished(1, now: .zero) {} else { Issue.record("nobody works any more") }
    #expect(state.isAtRest)
  }

  @Test func pausesGrowToTheirBound() {
    let failures: [(failure: LedgerFailure, took: Duration, longest: Duration)] = [
      (LedgerFailure(code: .unavailable, message: "refused", isTransient: true), .milliseconds(1), ReconnectPause.quickPauseMax),
      (LedgerFailure(code: .unavailable, message: "no answer", isTransient: true), .seconds(5), ReconnectPause.slowPauseMax),
      (LedgerFailure(code: .unavailable, message: "password", isTransient: false), .milliseconds(1), ReconnectPause.slowPauseMax),
    ]
    for (failure, took, longest) in failures {
      var pause = ReconnectPause()
      var now = Duration.zero
      var pauses: [Duration] = []
      for attempt in 0..<40 {
        #expect(pause.begin(now: now) == nil)
        if attempt > 0 { #expect(pause.begin(now: now) == failure, "one attempt at a time") }
        let isFirst = pause.failed(failure, startedAt: now, now: now + took)
        #expect(isFirst == (attempt == 0))
        now += took
        var waited = Duration.zero
        while pause.begin(now: now + waited) != nil { waited += .milliseconds(1) }
        _ = pause.failed(failure, startedAt: now + waited, now: now + waited + took)
        pauses.append(waited)
        now += .seconds(60)
      }
      #expect(pauses.first == .milliseconds(20) && pauses.last == longest && pauses == pauses.sorted())
    }
  }

  @Test func aSuccessEndsThePauses() {
    var pause = ReconnectPause()
    let first = pause.succeeded()
    _ = pause.failed(LedgerFailure(code: .unavailable, message: "", isTransient: true), startedAt: .zero, now: .zero)
    #expect(pause.begin(now: .zero) != nil)
    let second = pause.succeeded()
    #expect(!first && second)
    #expect(pause.begin(now: .zero) == nil && pause.begin(now: .zero) == nil)
  }

  @Test func parametersHaveTheServersForm() {
    var buffer = ParameterBuffer()
    buffer.encode([.integer(258), .text(""), .text(nil), .bool(true), .bytes([9]), .texts(["a", nil]), .integers([])])
    #expect(buffer.slots.map(\.length) == [8, 0, -1, 1, 1, 29, 12])
    func bytes(_ index: Int) -> [UInt8] {
      let slot = buffer.slots[index]
      return Array(buffer.bytes[slot.offset..<slot.offset + max(slot.length, 0)])
    }
    #expect(bytes(0) == [0, 0, 0, 0, 0, 0, 1, 2])
    #expect(
      bytes(5) == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 97, 255, 255, 255, 255])
    #expect(bytes(6) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20])
  }
}
