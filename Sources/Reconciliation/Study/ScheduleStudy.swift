import CheckoutSession
import Pacing

/// Measures a ``PollPolicy`` in virtual time: how many polls a session costs, and how long after the fact its events come.
///
/// Only the schedule is measured: the gateway answers at once and always, and the quota is never short. A run with the same seed gives the same figures.
public struct ScheduleStudy: Sendable {
  /// Figures of some of the sessions.
  public struct Row: Hashable, Sendable {
    /// Which sessions.
    public var name: String
    /// How many.
    public var sessions: Int
    /// Polls per session.
    public var polls: Double
    /// From usable to the CREATED event, of the sessions that have one.
    public var created: DelayFigures
    /// From the end to its event.
    public var end: DelayFigures
  }

  /// The figures, by mode, by how sessions end, and in all.
  public let rows: [Row]
  /// All sessions together.
  public let all: Row

  private struct Measurement {
    var session: StudiedSession
    var polls = 0
    var createdDelay: Duration?
    var endDelay: Duration = .zero
  }

  /// Runs the study.
  /// - Parameters:
  ///   - configuration: its schedule, grace and time scale count, nothing else.
  ///   - sessions: how many sessions to draw from the mix.
  public init(_ configuration: ReconciliationConfiguration, sessions: Int = 20_000, seed: UInt64 = 1) {
    var configuration = configuration
    configuration.timeScale = 1
    let table = StatusTable(configuration)
    let planner = PollPlanner(configuration)
    var generator = SplitMix64(seed: seed)
    var measurements: [Measurement] = []
    measurements.reserveCapacity(sessions)
    for _ in 0..<max(sessions, 1) {
      let session = StudiedSession(using: &generator)
      let firstPoll = configuration.schedule.firstPoll(of: session.mode)
      measurements.append(Self.measure(session, firstPoll: firstPoll, table, planner, &generator))
    }
    var rows: [Row] = SessionMode.allCases.map { mode in
      Self.row(mode.rawValue, measurements.filter { $0.session.mode == mode })
    }
    rows.append(Self.row("all that completed", measurements.filter { $0.session.end == .completed }))
    rows.append(Self.row("all that ran out", measurements.filter { $0.session.end == .timedOut }))
    all = Self.row("all", measurements)
    rows.append(all)
    self.rows = rows
  }

  private static func measure(
    _ studied: StudiedSession, firstPoll: Duration, _ table: StatusTable, _ planner: PollPlanner, _ generator: inout SplitMix64
  ) -> Measurement {
    let createdAt = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
    var session = OutstandingSession(
      key: ClaimKey(row: 1, generation: 1), identity: RequestIdentity(merchantID: "", requestID: ""), merchantTransactionID: nil,
      mode: studied.mode, sessionID: sessionID, createdAt: createdAt, expiresAt: createdAt + CreatedSession.lifetime, recordKey: nil,
      status: .accepted, polls: 0, failures: 0)
    var measurement = Measurement(session: studied)
    var now: Timestamp? = createdAt + firstPoll
    while let moment = now {
      let age = moment - createdAt
      let decision = table.decide(studied.answer(at: age), about: session, sentAt: moment)
      session.polls += 1
      session.status = decision.status
      if decision.isEvent, decision.status == .created { measurement.createdDelay = age - studied.usableAt }
      if decision.status.isTerminal { measurement.endDelay = age - studied.endsAt }
      now = planner.nextPoll(decision.next, of: session, now: moment, using: &generator)
    }
    measurement.polls = session.polls
    return measurement
  }

  private static let sessionID: SessionID = {
    guard let id = SessionID("00000000-0000-4000-8000-000000000000") else { preconditionFailure("a UUID in its 36-character form") }
    return id
  }()

  private static func row(_ name: String, _ measurements: [Measurement]) -> Row {
    Row(
      name: name, sessions: measurements.count,
      polls: Double(measurements.reduce(0) { $0 + $1.polls }) / Double(max(measurements.count, 1)),
      created: DelayFigures(measurements.compactMap(\.createdDelay)), end: DelayFigures(measurements.map(\.endDelay)))
  }
}
