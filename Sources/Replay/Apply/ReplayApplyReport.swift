import CheckoutSession

/// What became of a plan: what `replay apply` prints at its end.
public struct ReplayApplyReport: Sendable {
  /// How it ended.
  public enum End: Sendable {
    /// Everything of the plan is settled.
    case finished
    /// Before that.
    case stopped(ReplayStop)
  }
  /// A line that did not go as it should.
  public struct Exception: Hashable, Sendable {
    /// Where the dead letter stands.
    public var place: RecordCoordinate
    /// Which request.
    public var identity: RequestIdentity
    /// What happened, for people; no customer data.
    public var what: String
  }
  /// What other runs did with lines of this plan.
  public struct Earlier: Hashable, Sendable {
    /// Sent by that run.
    public var sent = 0
    /// Dropped by that run.
    public var dropped = 0
    /// Of those sent, the ones whose answer nobody has seen yet: another plan's, whose replies are not waited for, or this plan's, whose did not come in time.
    public var unanswered = 0

    /// Makes a count.
    public init(sent: Int = 0, dropped: Int = 0, unanswered: Int = 0) {
      self.sent = sent
      self.dropped = dropped
      self.unanswered = unanswered
    }
  }

  /// How many exceptions of a kind are kept.
  public static let exceptionsMax = 50

  /// The ledger's number of this run; nil if it did not begin.
  public var run: Int64?
  /// How it ended.
  public var end: End = .finished
  /// Lines that the plan leaves alone.
  public var skipped = 0
  /// Marked as handled by this run.
  public var dropped = 0
  /// Sent by this run and acknowledged.
  public var sent = 0
  /// Found in the request topic: sent by a run that died before it could note so.
  public var foundSent = 0
  /// Published by this run, but not noted as sent, because it was not acknowledged or the ledger was away: the next run finds out.
  public var inDoubt = 0
  /// Settled by other runs, by their numbers.
  public var earlier: [Int64: Earlier] = [:]
  /// Not sent although the plan wants it.
  public var refused: [ReplayRefusal.Code: Int] = [:]
  /// The first of them.
  public var refusals: [Exception] = []
  /// Answers to what this run has sent, or found sent, by outcome.
  public var outcomes: [ReplyOutcome: Int] = [:]
  /// Answers, seen by this run, to what earlier runs of the plan have sent, by outcome.
  public var earlierOutcomes: [ReplyOutcome: Int] = [:]
  /// Answers that are what the plan predicted.
  public var asPredicted = 0
  /// Answers that are not.
  public var notAsPredicted = 0
  /// The first of them.
  public var surprises: [Exception] = []
  /// Sent by runs of this plan, and not answered yet.
  public var unanswered = 0
  /// The first of them.
  public var silences: [Exception] = []
  /// Sent by this run although another one had taken the record over meanwhile: look whether it was sent twice.
  public var takenOver = 0
  /// From the moment at which a record was let go by the rate to the moment of the last one, without the time spent waiting for replies or for other runs.
  public var sendingTime: Duration = .zero
  /// Records let go in that time: all but the first ones, and the first ones after each wait.
  public var sentInTime = 0

  /// Makes an empty report.
  public init() {}

  /// Lines of the plan that are accounted for; the plan's others were not come to, or given back unsent when it stopped. Each line counts once.
  public var lines: Int { skipped + dropped + sent + foundSent + inDoubt + refusedCount + earlierCount }
  /// Whether this run has published nothing, and found nothing that a run before it had.
  public var hasSentNothing: Bool { sent + foundSent + inDoubt == 0 }
  /// How many answers were seen.
  public var answered: Int { asPredicted + notAsPredicted }
  /// How many lines were refused.
  public var refusedCount: Int { refused.values.reduce(0, +) }
  /// How many lines other runs had settled.
  public var earlierCount: Int { earlier.values.reduce(0) { $0 + $1.sent + $1.dropped } }
  /// Records per second while it was sending; nil if it sent too few to tell.
  public var ratePerSecond: Double? {
    guard sentInTime >= 10, sendingTime >= .seconds(2) else { return nil }
    return Double(sentInTime) / (sendingTime / .seconds(1))
  }
  /// Whether everything went as the plan said.
  public var isAsPredicted: Bool { notAsPredicted == 0 && refusedCount == 0 && unanswered == 0 && takenOver == 0 }

  mutating func refuse(_ entry: PlanEntry, _ refusal: ReplayRefusal) {
    refused[refusal.code, default: 0] += 1
    guard refusals.count < Self.exceptionsMax else { return }
    refusals.append(Exception(place: entry.place, identity: entry.identity, what: "\(refusal.code.rawValue): \(refusal.detail)"))
  }

  mutating func answer(_ landing: ReplayLanding) {
    let (entry, outcome) = (landing.flight.entry, landing.answer.outcome)
    if landing.flight.sender.earlierRun == nil { outcomes[outcome, default: 0] += 1 } else { earlierOutcomes[outcome, default: 0] += 1 }
    guard !entry.prediction.agrees(with: landing.answer) else { return asPredicted += 1 }
    notAsPredicted += 1
    guard surprises.count < Self.exceptionsMax else { return }
    surprises.append(
      Exception(place: entry.place, identity: entry.identity, what: "predicted \(entry.prediction.short), was \(landing.answer.short)"))
  }

  /// No reply to a request was seen.
  /// - Parameters:
  ///   - run: the earlier run that has sent it; nil: this one.
  ///   - lines: of the plan, that are about it.
  mutating func silence(_ entry: PlanEntry, sentBy run: Int64?, lines: Int = 1) {
    unanswered += 1
    if let run { earlier[run, default: .init()].unanswered += lines }
    guard silences.count < Self.exceptionsMax else { return }
    silences.append(Exception(place: entry.place, identity: entry.identity, what: "predicted \(entry.prediction.short), no reply seen"))
  }
}

extension Prediction {
  /// `WILL_CREATE (generation 2)`, for a line of text.
  public var short: String {
    let parts = [generation.map { "generation \($0)" }, errorCode].compactMap(\.self)
    return parts.isEmpty ? kind.rawValue : "\(kind.rawValue) (\(parts.joined(separator: ", ")))"
  }
}

extension ReplayAnswer {
  /// `REJECTED (INVALID_REQUEST)`, for a line of text.
  public var short: String { "\(outcome.rawValue) (\(errorCode ?? "generation \(generation)"))" }
}
