import CheckoutSession
import Records

/// A line of a plan with what is to be done about it now.
public struct PreparedReplay: Sendable {
  /// What is to be done.
  public enum Work: Sendable {
    /// Send this request, whose replay headers are still to be added.
    case send(StoredRecord)
    /// Note it as handled.
    case drop
    /// Nothing.
    case skip
    /// Nothing, though the plan wants it sent.
    case refuse(ReplayRefusal)
  }

  /// The plan's line.
  public var entry: PlanEntry
  /// How often the request had been replayed when it failed, as the dead letter itself says.
  public var replayCount: Int
  /// What is to be done.
  public var work: Work

  /// Makes a prepared line.
  public init(entry: PlanEntry, replayCount: Int? = nil, work: Work) {
    self.entry = entry
    self.replayCount = replayCount ?? entry.replayCount
    self.work = work
  }

  /// Whether anything is to be done.
  var isToDo: Bool {
    switch work {
    case .send, .drop: true
    case .skip, .refuse: false
    }
  }

  /// The claim for it; nil if nothing is to be done.
  var claim: ReplayClaim? {
    let hash: BodyHash?
    switch work {
    case .send(let record): hash = record.value.map { BodyHash(of: $0[...]) }
    case .drop: hash = nil
    case .skip, .refuse: return nil
    }
    return ReplayClaim(
      origin: entry.origin, deadLetter: entry.place, identity: entry.identity, action: entry.action, bodyHash: hash,
      originalHash: entry.bodyHash, replayCount: replayCount, reason: entry.reason)
  }
}
