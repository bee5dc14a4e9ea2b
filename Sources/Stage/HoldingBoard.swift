import CheckoutSession
import Pacing
import Synchronization

/// Whether a stage holds for its ledger or its broker, and since when. Written once per failed or ended call for a whole group, never per record.
///
/// Failures and successes come from several groups at once, so a hold may end with one group's success and begin again with another's failure. Whoever acts on it
/// therefore asks ``since(_:)`` at the moment of acting: the order in which changes are told is not the order in which they happened.
public final class HoldingBoard: Sendable {
  /// A hold that begins or ends.
  public struct Change: Sendable {
    /// Of what.
    public var holding: Holding
    /// What was said when it began, for people.
    public var detail: String
    /// How long it lasted; nil: it begins.
    public var lasted: Duration?
  }

  private struct Entry {
    var holding: Holding
    var since: Duration
    var detail: String
  }

  private let entries = Mutex<[Holding.Part: Entry]>([:])
  private let time: MonotonicTime
  private let wallClock: WallClock
  private let onChange: @Sendable (Change) -> Void

  /// - Parameter onChange: called after each change, outside of any lock; must not block.
  public init(time: MonotonicTime, wallClock: WallClock, onChange: @escaping @Sendable (Change) -> Void) {
    self.time = time
    self.wallClock = wallClock
    self.onChange = onChange
  }

  /// Notes that `part` did not work. One hold lasts until ``end(_:)``, whatever its reasons meanwhile.
  /// - Parameter detail: what the part said, for people; no customer data.
  public func begin(_ part: Holding.Part, _ reason: HoldingReason, detail: String) {
    let begun = entries.withLock { entries -> Holding? in
      guard entries[part] == nil else {
        entries[part]?.holding.reason = reason
        return nil
      }
      let holding = Holding(part: part, reason: reason, since: wallClock.now())
      entries[part] = Entry(holding: holding, since: time.now, detail: detail)
      return holding
    }
    if let begun { onChange(Change(holding: begun, detail: detail, lasted: nil)) }
  }

  /// Notes that `part` works.
  public func end(_ part: Holding.Part) {
    guard let ended = entries.withLock({ $0.removeValue(forKey: part) }) else { return }
    onChange(Change(holding: ended.holding, detail: ended.detail, lasted: time.now - ended.since))
  }

  /// What is held for at present, the oldest first.
  public var holdings: [Holding] { entries.withLock { $0.values.map(\.holding) }.sorted { $0.since < $1.since } }

  /// Since when `part` has not worked, in the time the board was made with; nil while it works.
  public func since(_ part: Holding.Part) -> Duration? { entries.withLock { $0[part]?.since } }
}
