import CheckoutSession

/// What the lines of a plan come to: what the operator reads before anything is sent.
public struct PlanSummary: Hashable, Sendable {
  /// Lines by what is predicted and what is to be done.
  public private(set) var counts: [Prediction.Kind: [ReplayAction: Int]] = [:]
  /// Lines by what went wrong, what is predicted and what is to be done, with the words of the first one; ``causesMax`` at most, in the order in which they were met.
  public private(set) var causes: [Cause] = []
  /// Lines that are in none of ``causes``, because those are as many as there may be.
  public private(set) var otherCausesCount = 0
  /// Lines in all.
  public private(set) var linesCount = 0
  /// Lines whose requests would be sent.
  public private(set) var toSendCount = 0
  /// Of those, lines that are predicted to make a session.
  public private(set) var toCreateCount = 0
  /// Edits that are still rejected, which are not sent.
  public private(set) var refusedEditsCount = 0
  /// Lines that would be sent had they not been replayed `replay.maxAttempts` times; they need `--force`.
  public private(set) var overLimitCount = 0
  /// Lines that say the original, or the dead letter itself, is gone.
  public var goneCount: Int { count(of: .gone) }

  private let attemptsMax: Int
  private var causeIndices: [CauseName: Int] = [:]

  /// The most causes that are told apart.
  public static let causesMax = 100

  /// Lines that are alike.
  public struct Cause: Hashable, Sendable {
    /// What went wrong: the dead letters' code.
    public var errorCode: String
    /// What is predicted.
    public var kind: Prediction.Kind
    /// What is to be done.
    public var action: ReplayAction
    /// How many lines.
    public var count: Int
    /// Why, in the words of the first line: its prediction's where something is sent, else the reason to leave it.
    public var example: String
  }

  private struct CauseName: Hashable {
    var errorCode: String
    var kind: Prediction.Kind
    var predictedCode: String?
    var member: Substring?
    var action: ReplayAction
  }

  /// Begins with no lines.
  /// - Parameter attemptsMax: `replay.maxAttempts`.
  public init(attemptsMax: Int) { self.attemptsMax = attemptsMax }

  /// Takes a line.
  public mutating func add(_ entry: PlanEntry) {
    linesCount += 1
    counts[entry.prediction.kind, default: [:]][entry.action, default: 0] += 1
    addCause(entry)
    guard entry.action.isSending, entry.prediction.kind.canBeSent else { return }
    if entry.isRefusedEdit {
      refusedEditsCount += 1
    } else if entry.replayCount >= attemptsMax {
      overLimitCount += 1
    } else {
      toSendCount += 1
      if entry.prediction.kind == .willCreate { toCreateCount += 1 }
    }
  }

  private mutating func addCause(_ entry: PlanEntry) {
    let name = CauseName(
      errorCode: entry.errorCode, kind: entry.prediction.kind, predictedCode: entry.prediction.errorCode,
      member: Self.member(entry.prediction),
      action: entry.action)
    if let index = causeIndices[name] {
      causes[index].count += 1
    } else if causes.count < Self.causesMax {
      causeIndices[name] = causes.count
      let saysMore = entry.action.isSending || entry.prediction.kind == .stillRejected || entry.prediction.kind == .alreadyAnswered
      let example = saysMore ? entry.prediction.detail : entry.reason
      causes.append(
        Cause(
          errorCode: entry.errorCode, kind: entry.prediction.kind, action: entry.action, count: 1,
          example: example ?? entry.prediction.detail))
    } else {
      otherCausesCount += 1
    }
  }

  /// The member of the request that is at fault, by which details begin (`payment.amount: must be …`): one patch mends one member. Nil for any other detail.
  private static func member(_ prediction: Prediction) -> Substring? {
    guard prediction.kind == .stillRejected, let colon = prediction.detail.firstIndex(of: ":") else { return nil }
    let member = prediction.detail[..<colon]
    return member.contains(" ") || member.utf8.count > 80 ? nil : member
  }

  /// Lines of one prediction.
  public func count(of kind: Prediction.Kind) -> Int { counts[kind]?.values.reduce(0, +) ?? 0 }

  /// Lines with one action.
  public func count(of action: ReplayAction) -> Int { counts.values.reduce(0) { $0 + ($1[action] ?? 0) } }
}

extension PlanEntry {
  /// Whether it is an edit that the worker would still reject: apply refuses it.
  public var isRefusedEdit: Bool { action == .edit && prediction.kind == .stillRejected }
}
