import Pacing
import Stage
import Testing

@Suite("Outages")
struct GatewayReachTests {
  @Test func anOutageIsThreeInARowAndIsAnnouncedOncePerRound() {
    var reach = GatewayReach()
    var generator = SplitMix64(seed: 1)
    let patience = BackoffPolicy(base: .seconds(1), cap: .seconds(15))
    var announced: [Bool] = []
    for second in [0, 0, 0, 0, 2] {
      announced.append(reach.lost(now: .seconds(second), patience: patience, using: &generator) != nil)
    }
    #expect(announced == [false, false, true, false, true])
    #expect(reach.isOutage && reach.rounds == 2 && reach.streak == 5)
    let wasOutage = reach.reached()
    #expect(wasOutage && !reach.isOutage)
    // One failure between answers is chance.
    for second in 10..<20 {
      let until = reach.lost(now: .seconds(second), patience: patience, using: &generator)
      let ended = reach.reached()
      #expect(until == nil && !ended)
    }
  }
}
