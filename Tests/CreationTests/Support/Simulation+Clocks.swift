import CheckoutSession
import Pacing
import TestClock

extension Simulation {
  /// The time of day in the simulation.
  var wallNow: Timestamp { Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds) }
  /// The simulation's clock as the stage wants it.
  var time: MonotonicTime { MonotonicTime(clock: clock) }
  /// The simulation's time of day as the stage wants it.
  var wallClock: WallClock { WallClock { [clock] in Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds) } }
}
