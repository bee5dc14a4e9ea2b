import Glibc

/// Keeps a process running in one place of the fleet, as systemd does with the units in `ops/systemd`: what ends is started again.
actor FleetMember {
  /// Why the present process ends, if somebody made it end.
  private enum Cause { case killed(restartAfter: Duration), asked }

  /// `TimeoutStopSec` of the unit is above the worker's own promise, which is what counts here.
  private static let drainMax: Duration = .seconds(25)
  /// What systemd waits before it starts a process that failed; shorter, because the run is.
  private static let restartDelay: Duration = .milliseconds(300)

  let place: FleetPlace
  private let start: @Sendable () throws -> RunningProcess
  private let record: ChaosRecord
  private var process: RunningProcess?
  private var cause: Cause?
  private var isWanted = false
  /// How many want the process to stand still.
  private var holdersCount = 0
  /// A start that waits until nobody does any more.
  private var heldStart: CheckedContinuation<Void, Never>?
  private var supervision: Task<Void, Never>?

  init(_ place: FleetPlace, record: ChaosRecord, start: @escaping @Sendable () throws -> RunningProcess) {
    self.place = place
    self.record = record
    self.start = start
  }

  /// Starts a process and keeps one running until ``leave()`` or ``cutPower()``.
  func join() async {
    isWanted = true
    guard supervision == nil else { return }
    supervision = Task { await supervise() }
  }

  /// SIGKILL.
  /// - Returns: false when nothing ran.
  func kill(restartAfter: Duration) -> Bool {
    guard let process, process.output.now.ending == nil else { return false }
    cause = .killed(restartAfter: restartAfter)
    process.signal(SIGKILL)
    return true
  }

  /// SIGSTOP, until ``goOn()`` has been called as often. A process that starts meanwhile waits for that.
  func standStill() {
    holdersCount += 1
    process?.signal(SIGSTOP)
  }

  /// SIGCONT, if nobody else wants it to stand still.
  func goOn() {
    holdersCount -= 1
    guard holdersCount == 0 else { return }
    process?.signal(SIGCONT)
    letGo()
  }

  private func letGo() {
    heldStart?.resume()
    heldStart = nil
  }

  /// SIGTERM, and nothing in its place.
  func leave() async {
    isWanted = false
    cause = cause ?? .asked
    letGo()
    // A process that stands still hears nothing; how it drains then says nothing.
    process?.signal(SIGCONT)
    // In its very first moments it does not listen to signals yet.
    _ = try? await process?.line(timeout: .seconds(2))
    process?.signal(SIGTERM)
    let began = ContinuousClock.now
    await supervision?.value
    supervision = nil
    let took = ContinuousClock.now - began
    if took > Self.drainMax { record.violate("\(place) took \(took.shown) to end after SIGTERM") }
    record.noteDrain(took)
  }

  /// SIGKILL, and nothing in its place.
  func cutPower() async {
    isWanted = false
    letGo()
    cause = .killed(restartAfter: .zero)
    process?.signal(SIGKILL)
    await supervision?.value
    supervision = nil
  }

  private func supervise() async {
    while isWanted {
      cause = nil
      if holdersCount > 0 { await withCheckedContinuation { heldStart = $0 } }
      guard isWanted else { return }
      let process: RunningProcess
      do { process = try start() } catch { return record.violate("\(place) does not start: \(error)") }
      self.process = process
      // However a wait ends, the loop looks again: only the end of the process ends it.
      while process.output.now.ending == nil { _ = try? await process.end(within: .seconds(3600)) }
      self.process = nil
      let pause = judge(process)
      if isWanted { try? await Task.sleep(for: pause) }
    }
  }

  /// Holds an end against what may end a process, and says when the next may start.
  private func judge(_ process: RunningProcess) -> Duration {
    let output = process.output.now
    record.keep(output, of: place)
    switch (cause, output.ending) {
    case (.killed(let pause), .signalled(SIGKILL)): return pause
    case (.asked, .exited(0)): return .zero
    case (_, .exited(75)), (_, .exited(1)):
      // The documentation: broker or ledger cannot be reached, try again later. Never for the gateway.
      if record.excusesExit { record.countRestart() } else { unexpected(output) }
    default: unexpected(output)
    }
    return Self.restartDelay
  }

  private func unexpected(_ output: ProcessOutput) {
    record.violate("\(place) ended by itself, \(output.ending.map { "\($0)" } ?? "")\n\(output.tail)")
  }
}
