import CheckoutSession
import Synchronization

/// The database server's time of day, kept between two askings by a clock that nobody can set: a step of the host's clock changes nothing.
final class ServerClock: Sendable {
  /// The server's time, and how it was learnt.
  struct Reading: Sendable {
    /// The server's microseconds since 1970 less our monotonic clock's at the same moment.
    var difference: Duration
    /// When, by our monotonic clock.
    var at: Duration
    /// Whether the answer took too long to be relied upon.
    var isVague: Bool
  }

  /// Asked again after this time, when in use.
  static let askAgainAfter: Duration = .seconds(30)
  /// An answer that took longer to come says little; it counts only while there is no better one of the last ten minutes.
  static let roundTripMax: Duration = .milliseconds(500)
  static let staleAfter: Duration = .seconds(600)
  /// What the server is asked: microseconds since 1970.
  static let question = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

  private let monotonic: @Sendable () -> Duration
  private let reading = Mutex<Reading?>(nil)

  /// A clock that knows nothing yet.
  /// - Parameter monotonic: the time since any one moment; never set, and going on while the machine sleeps.
  init(monotonic: @escaping @Sendable () -> Duration) { self.monotonic = monotonic }

  /// Whether the server is to be asked.
  var isDue: Bool {
    let now = monotonic()
    // A vague reading is better than none, and is mended by the next call that comes.
    return reading.withLock { reading in reading.map { $0.isVague || now - $0.at >= Self.askAgainAfter } ?? true }
  }

  /// Asks the server over a connection, on the connection's thread. What it said is taken for the time in the middle between asking and answer.
  func ask(_ session: PostgresSession) throws(PostgresError) {
    let asked = monotonic()
    let rows = try session.run(Self.question)
    guard rows.count == 1 else { throw PostgresError(message: "the server did not tell its time") }
    note(server: .microseconds(rows.integer(0, 0)), asked: asked, answered: monotonic())
  }

  /// Notes what the server said.
  func note(server: Duration, asked: Duration, answered: Duration) {
    let new = Reading(
      difference: server - (asked + answered) / 2, at: answered, isVague: answered - asked > Self.roundTripMax)
    reading.withLock { reading in
      if new.isVague, let old = reading, !old.isVague, answered - old.at < Self.staleAfter { return }
      reading = new
    }
  }

  /// The time of day. Before the server was asked, which opening the pool does, it is 1970.
  func now() -> Timestamp {
    let difference = reading.withLock { $0?.difference } ?? .zero
    return Timestamp(millisecondsSinceEpoch: (difference + monotonic()).wholeMilliseconds)
  }
}
