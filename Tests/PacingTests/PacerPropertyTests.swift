import Pacing
import Testing

@Suite("Pacer, random runs in virtual time")
struct PacerPropertyTests {
  @Test("bounds, no idling, order, Retry-After and slots hold at every step; everything ends exactly once", arguments: 0..<150)
  func random(seed: UInt64) {
    var simulation = PacerSimulation(seed: seed)
    simulation.run()
    #expect(simulation.faults == [], "seed \(seed)")
    #expect(simulation.finishedItems == simulation.submittedItems)
    #expect(simulation.submittedItems > 50)
    #expect(simulation.pacer.isIdle)
  }
}
