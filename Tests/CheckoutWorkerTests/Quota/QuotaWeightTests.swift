import CheckoutSession
import Logging
import Testing

@testable import CheckoutWorker

/// Workers of one group, whose parts go with their partitions.
@Suite("Quota keeper, weights", .timeLimit(.minutes(1)))
struct QuotaWeightTests {
  private let world = QuotaWorld()
  private let ledger = FakeQuotaLedger()

  @Test("busy workers have what their partitions say; one without backlog lends, and has its own back two rounds later")
  func shares() async throws {
    let large = world.process(.creation, id: 1, weight: 0.75, demand: 1, ledger: ledger)
    let small = world.process(.creation, id: 2, weight: 0.25, demand: 1, ledger: ledger)
    try await world.run([large, small]) {
      for (demand, expected) in [((1.0, 1.0), (0.75, 0.25)), ((0.125, 1), (0.125, 0.875)), ((1, 1), (0.75, 0.25)), ((1, 0.1), (0.9, 0.1))] {
        large.want(demand.0)
        small.want(demand.1)
        await world.pass(.seconds(2), processes: 2)
        #expect(abs(large.fraction - expected.0) < 0.00001 && abs(small.fraction - expected.1) < 0.00001, "\(demand)")
      }
    }
  }

  @Test("without partitions nothing: no floor, nothing of what nobody wants, one question a round")
  func idle() async throws {
    let idle = world.process(.creation, id: 1, weight: 0, demand: 0.1, ledger: ledger)
    let reconciliation = world.process(.reconciliation, id: 2, demand: 1, ledger: ledger)
    try await world.run([idle, reconciliation]) {
      let calls = await ledger.calls
      await world.pass(.seconds(10), processes: 2)
      #expect(idle.fraction == 0 && reconciliation.fraction == 1)
      #expect(await ledger.calls - calls == 20)
      #expect(await ledger.members[1]?.weight == 0)
      #expect(idle.log.count(.warning) == 0)
    }
  }

  @Test("partitions that go shrink the part at once, before anybody hears of it; the ledger learns of it without waiting for a round")
  func shrinks() async throws {
    let one = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    let other = world.process(.creation, id: 2, weight: 0, demand: 1, ledger: ledger)
    try await world.run([one, other]) {
      #expect(one.fraction == 1)
      one.keeper.setWeight(0.5)
      #expect(one.fraction == 0.5)
      while await ledger.members[1]?.weight != 0.5 { await Task.yield() }
      await world.settle(2)
      // What it let go of is not the other's yet, so it may use all of it again: it is alone with partitions.
      #expect(one.fraction == 1)
      other.keeper.setWeight(0.5)
      while await ledger.members[2]?.weight != 0.5 { await Task.yield() }
      await world.settle(2)
      #expect(other.fraction == 0)
      await world.pass(.milliseconds(1250), processes: 2)
      #expect(one.fraction == 0.5 && other.fraction == 0.5)
      one.keeper.setWeight(0)
      #expect(one.fraction == 0 && one.keeper.granted == 0)
    }
  }

  @Test("a round that is under way when partitions go has asked with the old weight: what it brings is cut")
  func roundUnderWay() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      let gate = ManualGate()
      await ledger.set(gate: gate)
      await world.pass(.seconds(1), processes: 1, hanging: 1)
      await gate.arrival()
      process.keeper.setWeight(0.25)
      #expect(process.fraction == 0.25)
      let told = SharedState<[Double]>([])
      await ledger.set(onCommit: { [process] _, _ in told.withLock { $0.append(process.fraction) } })
      await ledger.set(gate: nil)
      await gate.open()
      while await ledger.members[1]?.weight != 0.25 { await Task.yield() }
      // While the old round's transaction ended, and until the new one's, it never used more than its part.
      #expect(told.withLock { $0 } == [0.25, 0.25])
    }
  }

  @Test("partitions that come and go many times between two rounds: rounds do not pile up, and the last weight stands")
  func storm() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      let gate = ManualGate()
      await ledger.set(gate: gate)
      await world.pass(.seconds(1), processes: 1, hanging: 1)
      await gate.arrival()
      let calls = await ledger.calls
      for step in 1...100 { process.keeper.setWeight(Double(step % 4 + 1) / 4) }
      await ledger.set(gate: nil)
      await gate.open()
      while await ledger.members[1]?.weight != 0.25 { await Task.yield() }
      await world.settle(1)
      #expect(await ledger.calls == calls + 1)
    }
  }
}
