import Logging
import Synchronization

/// The engine behind its lock, with the clock that it is asked by. The lock is held for one decision (some microseconds) and never across I/O.
final class SimulatorCore: Sendable {
  let configuration: SimulatorConfiguration
  private let engine: Mutex<SimulatorEngine>
  /// The text of the second that was last written.
  private let written = Mutex((second: Int64.min, text: ""))

  init(_ configuration: SimulatorConfiguration) {
    self.configuration = configuration
    engine = Mutex(SimulatorEngine(configuration: configuration, at: configuration.clock.nowNanoseconds()))
  }

  var logger: Logger { configuration.logger }
  func nowNanoseconds() -> Int64 { configuration.clock.nowNanoseconds() }

  /// Runs `body` alone with the engine. The time is read before: two loops may come in the other order, by a few nanoseconds.
  func withEngine<Result: Sendable>(_ body: (inout SimulatorEngine, Int64) -> sending Result) -> Result {
    let now = nowNanoseconds()
    return engine.withLock { body(&$0, now) }
  }

  /// The `Date` of the answer to a request that has come now.
  func date() -> String {
    let now = withEngine { engine, now in now + engine.scenario.dateSkew.wholeNanoseconds }
    let second = max(0, now / 1_000_000_000)
    return written.withLock { written in
      if written.second != second { written = (second, HTTPDate.text(secondsSinceEpoch: second)) }
      return written.text
    }
  }

  /// All sessions that match, page by page, so that connections get their turn between pages.
  func sessions(_ filter: SessionFilter) -> [SessionRecord] {
    var records: [SessionRecord] = []
    var start: Int? = 0
    while let index = start {
      let page = withEngine { engine, now in engine.page(from: index, filter, at: now) }
      records += page.records
      start = page.next
    }
    return records
  }
}
