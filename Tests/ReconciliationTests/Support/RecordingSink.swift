import CheckoutSession
import Records
import Reconciliation
import Stage
import Synchronization
import TestClock

/// A status topic that keeps what it is given.
final class RecordingSink: StatusSink {
  /// What becomes of one record.
  enum Answer: Sendable {
    case acknowledged
    case refused
    case tooLarge
    /// No acknowledgement; it may or may not have got there.
    case inDoubt(arrived: Bool)
  }
  private struct State {
    var events: [EventRecord] = []
    var calls = 0
  }
  private let state = Mutex(State())
  private let life: Life
  private let simulation: Simulation
  private let answering = Script<@Sendable (EventRecord, Int) -> Answer>({ _, _ in .acknowledged })
  private let broken = Mutex<(any Error)?>(nil)
  private let latency = Mutex(Duration.milliseconds(3))

  init(simulation: Simulation, life: Life) {
    self.simulation = simulation
    self.life = life
  }

  /// Has every record answered so from now on; gets the number of the call, from 1.
  func answer(_ answer: @escaping @Sendable (EventRecord, Int) -> Answer) { answering.body = answer }
  /// Has every call throw from now on.
  func breakDown(_ error: any Error) { broken.withLock { $0 = error } }

  /// Has acknowledgements take so long from now on.
  func slow(_ latency: Duration) { self.latency.withLock { $0 = latency } }

  /// Everything in the topic.
  var events: [EventRecord] { state.withLock { $0.events } }
  /// Statuses by request id, in the order in which they came.
  var statuses: [String: [String]] { Dictionary(grouping: events, by: \.value.requestId).mapValues { $0.map(\.value.status) } }

  func publish(_ outgoing: OutgoingRecords) async throws -> PublishReport {
    if let broken = broken.withLock({ $0 }) { throw broken }
    let call = state.withLock { state in
      state.calls += 1
      return state.calls
    }
    try await simulation.clock.sleep(for: latency.withLock { $0 })
    let read = try EventRecord.reading(outgoing, at: simulation.wallNow)
    let answers = read.map { record in answering.body(record, call) }
    let fate = life.fate(of: .publish(read.map(\.ceID)))
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

  private func append(_ record: EventRecord) { state.withLock { $0.events.append(record) } }
}
