import CheckoutSession

/// Dead letters that have something in common, added up.
public struct DeadLetterGroup: Hashable, Sendable {
  /// One of them, for people to look at.
  public struct Example: Hashable, Sendable {
    /// Where it stands.
    public var place: RecordCoordinate
    /// Its request id, if it is known.
    public var requestID: String?
    /// What went wrong.
    public var message: String
    /// The gateway's answer, if it gave one.
    public var httpStatus: Int?

    init(_ letter: DeadLetter) {
      place = letter.place
      requestID = letter.requestID
      message = letter.message
      httpStatus = letter.httpStatus
    }
  }

  /// How many there are.
  public private(set) var count = 0
  /// How many of them have been sent again or dropped already; nil without a ledger.
  public private(set) var replayedCount: Int?
  /// When the first one was written.
  public private(set) var oldest: Timestamp
  /// When the last one was written.
  public private(set) var newest: Timestamp
  /// The newest one of those that are not replayed yet, if there is any: the one to look at.
  public private(set) var example: Example
  private var isExampleReplayed = true
  private var exampleAt: Timestamp
  /// How many can succeed how.
  public private(set) var prospects: [ReplayProspect: Int] = [:]

  init(_ letter: DeadLetter, isReplayed: Bool?, prospect: ReplayProspect) {
    oldest = letter.at
    newest = letter.at
    example = Example(letter)
    exampleAt = letter.at
    isExampleReplayed = isReplayed ?? false
    replayedCount = isReplayed == nil ? nil : 0
    add(letter, isReplayed: isReplayed, prospect: prospect)
  }

  mutating func add(_ letter: DeadLetter, isReplayed: Bool?, prospect: ReplayProspect) {
    count += 1
    if isReplayed == true { replayedCount = (replayedCount ?? 0) + 1 }
    oldest = min(oldest, letter.at)
    newest = max(newest, letter.at)
    prospects[prospect, default: 0] += 1
    let isReplayed = isReplayed ?? false
    guard (isReplayed ? 0 : 1, letter.at) >= (isExampleReplayed ? 0 : 1, exampleAt) else { return }
    example = Example(letter)
    exampleAt = letter.at
    isExampleReplayed = isReplayed
  }
}
