import CheckoutSession
import Pacing
import Stage
import Synchronization
import TestClock
import Testing

@Suite("Holding")
struct HoldingTests {
  private static let busy = LedgerFailure(code: .busy, message: "locked", isTransient: true)

  /// A board on virtual time, and what it said.
  private final class Bench: Sendable {
    let simulation = Simulation()
    let said = Mutex<[String]>([])
    let ended = Mutex<[Bool]>([])
    var time: MonotonicTime { MonotonicTime(clock: simulation.clock) }

    func board() -> HoldingBoard {
      let clock = simulation.clock
      return HoldingBoard(
        time: time, wallClock: WallClock { Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds) },
        onChange: { [weak self] change in
          self?.said.withLock { $0.append("\(change.holding.reason) \(change.lasted.map { "\($0)" } ?? "begins")") }
        })
    }
  }

  @Test func oneHoldLastsUntilItsEndWhateverItsReasons() {
    let bench = Bench()
    let board = bench.board()
    board.begin(.ledger, .ledger(Self.busy), detail: "locked")
    bench.simulation.pass(.seconds(3))
    board.begin(.ledger, .ledger(LedgerFailure(code: .full, message: "", isTransient: true)), detail: "")
    board.begin(.broker, .broker(PublishReport.Failure(kind: .inDoubt, code: "_MSG_TIMED_OUT", message: "")), detail: "")
    #expect(board.holdings.map(\.reason.rawValue) == ["LEDGER_FULL", "BROKER__MSG_TIMED_OUT"])
    #expect(board.since(.ledger) == .zero && board.since(.broker) == .seconds(3) && board.since(.gateway) == nil)
    board.end(.ledger)
    board.end(.ledger)
    #expect(board.holdings.map(\.part) == [.broker])
    #expect(bench.said.withLock { $0 } == ["LEDGER_BUSY begins", "BROKER__MSG_TIMED_OUT begins", "LEDGER_FULL 3.0 seconds"])
  }

  private func hold(_ bench: Bench, _ board: HoldingBoard, isDraining: @escaping @Sendable () -> Bool = { false }) -> LedgerHold {
    let time = bench.time
    return LedgerHold(
      board: board, isDraining: isDraining, wait: { try await time.sleep(until: time.now + $0) }, onFailure: { _, _, _ in },
      onEnd: { worked in bench.ended.withLock { $0.append(worked) } })
  }

  @Test func aLedgerIsCalledUntilItWorks() throws {
    let bench = Bench()
    let board = bench.board()
    let calls = Atomic(0)
    let value = try bench.simulation.run { [hold = hold(bench, board)] in
      try await hold { () async throws(LedgerFailure) in
        guard calls.add(1, ordering: .relaxed).newValue > 9 else { throw Self.busy }
        return 7
      }
    }
    #expect(value == 7 && board.holdings.isEmpty)
    // 0.1 + 0.2 + … + 3.2 + 5 + 5 + 5 s.
    #expect(bench.simulation.now == .milliseconds(6300 + 15_000) && bench.ended.withLock { $0 } == [true])
  }

  @Test func aDrainEndsIt() throws {
    let bench = Bench()
    let time = bench.time
    let hold = hold(bench, bench.board(), isDraining: { time.now > .seconds(60) })
    let value: Int? = try bench.simulation.run { try await hold { () async throws(LedgerFailure) in throw Self.busy } }
    #expect(value == nil && bench.simulation.now < .seconds(66) && bench.ended.withLock { $0 } == [false])
  }

  @Test func whatWillNotMendIsThrown() {
    let bench = Bench()
    let broken = LedgerFailure(code: .corrupt, message: "", isTransient: false)
    #expect(throws: broken) {
      try bench.simulation.run { [hold = hold(bench, bench.board())] in
        _ = try await hold { () async throws(LedgerFailure) -> Int in throw broken }
      }
    }
  }
}
