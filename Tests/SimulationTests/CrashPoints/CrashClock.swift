import CheckoutSession
import Logging
import Pacing
import TestClock

/// Time of the crash points: virtual, by `TestClock`'s simulation.
extension Simulation {
  var wallNow: Timestamp { Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds) }
  var time: MonotonicTime { MonotonicTime(clock: clock) }
  var wallClock: WallClock { WallClock { [clock] in Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds) } }
  var milliseconds: Int64 { now.wholeMilliseconds }

  /// Runs a process until it dies or ends.
  func live(_ site: CrashSite, dyingAt point: String?, _ process: @escaping @Sendable () async throws -> Void) throws {
    forgetEvents()
    guard let point else {
      site.begin(dyingAt: nil)
      return try run(process)
    }
    let death = Signal()
    site.begin(dyingAt: point, onDeath: { death.give() })
    _ = try? run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await death.wait() }
        group.addTask { try? await process() }
        // Whichever ends first: a dead process does nothing more, so what it still runs is thrown away.
        await group.next()
        group.cancelAll()
        death.give()
      }
    }
  }
}

/// A log that nobody reads.
let silentLogger = Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() })
