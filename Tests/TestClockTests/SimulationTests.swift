import Synchronization
import TestClock
import Testing

@Suite("Simulation")
struct SimulationTests {
  private struct Wrong: Error {}

  /// What happened, in order.
  private final class Record: Sendable {
    private let state = Mutex<[Int]>([])
    var values: [Int] { state.withLock { $0 } }
    func add(_ value: Int) { state.withLock { $0.append(value) } }
  }

  @Test("time passes only when nothing can run, and in the order of what is waited for")
  func order() throws {
    let simulation = Simulation()
    let order = Record()
    simulation.after(.seconds(2)) { order.add(2) }
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for second in [3, 1] {
          group.addTask {
            try? await simulation.clock.sleep(for: .seconds(second))
            order.add(second)
          }
        }
      }
    }
    #expect(order.values == [1, 2, 3] && simulation.now == .seconds(3))
  }

  @Test("what waits for nothing that will ever come is found out")
  func stuck() {
    let simulation = Simulation()
    #expect(throws: Simulation.Failure.stuck) {
      try simulation.run {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        for await _ in stream {}
        continuation.finish()
      }
    }
  }

  @Test("what goes on for ever is found out, and errors come through")
  func failures() {
    let simulation = Simulation()
    #expect(throws: Simulation.Failure.tooLong) {
      try simulation.run(limit: .seconds(60)) { while !Task.isCancelled { try? await simulation.clock.sleep(for: .seconds(1)) } }
    }
    #expect(throws: Wrong.self) { try simulation.run { throw Wrong() } }
  }

  @Test("what was to happen can be forgotten, and time can pass by itself")
  func forgotten() throws {
    let simulation = Simulation()
    let happened = Record()
    simulation.after(.seconds(1)) { happened.add(1) }
    simulation.forgetEvents()
    simulation.pass(.seconds(10))
    try simulation.run { try await simulation.clock.sleep(for: .seconds(1)) }
    #expect(happened.values.isEmpty && simulation.now == .seconds(11))
  }

  @Test("a life ends after so many effects, the last of which happens")
  func life() {
    let life = Life<Int>()
    let deaths = Record()
    #expect(life.fate(of: 1) == .alive)
    life.begin(dieAfter: 2, onDeath: { deaths.add(1) })
    #expect([2, 3, 4].map { life.fate(of: $0) } == [.alive, .lastDeed, .dead])
    #expect(life.isDead && life.effects == [1, 2, 3] && deaths.values == [1])
    life.begin(dieAfter: nil, onDeath: {})
    #expect(life.fate(of: 5) == .alive && !life.isDead)
  }

  @Test("a script can be asked without end, and changed")
  func script() {
    let script = Script<@Sendable (Int) -> Int> { $0 + 1 }
    var value = 0
    for _ in 0..<100_000 { value = script.body(value) }
    #expect(value == 100_000)
    script.body = { _ in 7 }
    #expect(script.body(1) == 7)
  }

  @Test("a signal is seen by who waits for it before and after")
  func signal() async {
    let signal = Signal()
    async let waiting: Void = signal.wait()
    signal.give()
    await waiting
    await signal.wait()
  }
}
