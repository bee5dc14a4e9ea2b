import CheckoutSession
import Creation
import Records
import Stage
import Synchronization
import TestClock

/// A reply topic and a dead-letter topic that keep what they are given.
final class RecordingSink: ReplySink {
  /// What becomes of one record.
  enum Answer: Sendable {
    case acknowledged
    case refused
    case tooLarge
    /// No acknowledgement; it may or may not have got there.
    case inDoubt(arrived: Bool)
  }
  private struct State {
    var records: [PublishedRecord] = []
    var calls = 0
  }
  private let state = Mutex(State())
  private let life: Life
  private let simulation: Simulation
  private let answering = Script<@Sendable (PublishedRecord, Int) -> Answer>({ _, _ in .acknowledged })
  private let latency = Mutex<Duration>(.milliseconds(3))
  private let broken = Mutex<(any Error)?>(nil)

  init(simulation: Simulation, life: Life) {
    self.simulation = simulation
    self.life = life
  }

  /// Has every record answered so from now on; gets the number of the call, from 1.
  func answer(_ answer: @escaping @Sendable (PublishedRecord, Int) -> Answer) { answering.body = answer }
  /// Has every call throw from now on.
  func breakDown(_ error: any Error) { broken.withLock { $0 = error } }
  /// How long a call takes.
  func setLatency(_ latency: Duration) { self.latency.withLock { $0 = latency } }

  /// Everything in the topics.
  var records: [PublishedRecord] { state.withLock { $0.records } }
  var replies: [PublishedRecord] { records.filter { !$0.isDeadLetter } }
  var deadLetters: [PublishedRecord] { records.filter(\.isDeadLetter) }

  func publish(_ outgoing: OutgoingRecords) async throws -> PublishReport {
    if let broken = broken.withLock({ $0 }) { throw broken }
    let call = state.withLock { state in
      state.calls += 1
      return state.calls
    }
    let delay = latency.withLock { $0 }
    if delay > .zero { try await simulation.clock.sleep(for: delay) }
    let read = PublishedRecord.reading(outgoing, at: simulation.wallNow)
    let answers = read.map { record in answering.body(record, call) }
    let fate = life.fate(of: .publish(read.map { $0.header("ce_id") ?? "dead letter" }))
    guard fate != .dead else { throw CancellationError() }
    var report = PublishReport()
    for (index, answer) in answers.enumerated() {
      switch answer {
      case .acknowledged: append(read[index])
      case .refused: report.failures[index] = .init(kind: .notPublished, code: "NOT_ENOUGH_REPLICAS", message: "scripted")
      case .tooLarge: report.failures[index] = .init(kind: .tooLarge, code: "MSG_SIZE_TOO_LARGE", message: "scripted")
      case .inDoubt(let arrived):
        if arrived { append(read[index]) }
        report.failures[index] = .init(kind: .inDoubt, code: "MSG_TIMED_OUT", message: "scripted")
      }
    }
    guard fate == .alive else { throw CancellationError() }
    return report
  }

  private func append(_ record: PublishedRecord) { state.withLock { $0.records.append(record) } }
}
