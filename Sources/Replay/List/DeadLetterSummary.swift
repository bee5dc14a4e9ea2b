import CheckoutSession

/// Dead letters added up in groups, with a bound on how many groups there are. Pure.
public struct DeadLetterSummary: Sendable {
  /// Groups at most: beyond them dead letters count in ``others``.
  public let groupsMax: Int
  /// `replay.maxAttempts`: who was replayed so often is not among those that can succeed.
  public let attemptsMax: Int
  /// What they are grouped by.
  public let parts: Set<DeadLetterGroupKey.Part>
  /// The groups.
  public private(set) var groups: [DeadLetterGroupKey: DeadLetterGroup] = [:]
  /// All for which there was no room as a group; nil: none.
  public private(set) var others: DeadLetterGroup?
  /// How many dead letters there are.
  public private(set) var count = 0
  /// How many of them have been sent again or dropped; 0 without a ledger.
  public private(set) var replayedCount = 0
  /// How many can succeed how, of those that are not replayed yet.
  public private(set) var openProspects: [ReplayProspect: Int] = [:]
  /// How many of each code can succeed if they are edited, of those that are not replayed yet. As many codes as groups at most.
  public private(set) var openEditCodes: [String: Int] = [:]

  /// Makes an empty summary.
  /// - Parameter attemptsMax: `replay.maxAttempts`.
  public init(by parts: Set<DeadLetterGroupKey.Part> = Set(DeadLetterGroupKey.Part.allCases), attemptsMax: Int, groupsMax: Int = 10_000) {
    self.parts = parts
    self.attemptsMax = attemptsMax
    self.groupsMax = groupsMax
  }

  /// Adds dead letters.
  /// - Parameter areReplayed: for each whether it has been sent again or dropped; nil without a ledger.
  public mutating func add(_ letters: [DeadLetter], areReplayed: [Bool]?) {
    for (index, letter) in letters.enumerated() { add(letter, isReplayed: areReplayed?[index]) }
  }

  private mutating func add(_ letter: DeadLetter, isReplayed: Bool?) {
    count += 1
    let prospect = ReplayProspect(of: letter, attemptsMax: attemptsMax)
    if isReplayed == true { replayedCount += 1 } else { addOpen(letter, prospect) }
    let key = DeadLetterGroupKey(letter, by: parts)
    if groups[key] != nil {
      groups[key]?.add(letter, isReplayed: isReplayed, prospect: prospect)
    } else if groups.count < groupsMax {
      groups[key] = DeadLetterGroup(letter, isReplayed: isReplayed, prospect: prospect)
    } else if others != nil {
      others?.add(letter, isReplayed: isReplayed, prospect: prospect)
    } else {
      others = DeadLetterGroup(letter, isReplayed: isReplayed, prospect: prospect)
    }
  }

  private mutating func addOpen(_ letter: DeadLetter, _ prospect: ReplayProspect) {
    openProspects[prospect, default: 0] += 1
    guard prospect == .ifEdited, openEditCodes[letter.errorCode] != nil || openEditCodes.count < groupsMax else { return }
    openEditCodes[letter.errorCode, default: 0] += 1
  }

  /// The groups for people: causes with the most dead letters first, the hours of one cause together and in their order.
  public var ordered: [(key: DeadLetterGroupKey, group: DeadLetterGroup)] {
    var totals: [DeadLetterGroupKey: Int] = [:]
    for (key, group) in groups { totals[key.withoutHour, default: 0] += group.count }
    return groups.map { (total: totals[$0.key.withoutHour] ?? 0, text: $0.key.sortingText, key: $0.key, group: $0.value) }
      .sorted { left, right in
        if left.total != right.total { return left.total > right.total }
        if left.text != right.text { return left.text < right.text }
        return (left.key.hour?.millisecondsSinceEpoch ?? 0) < (right.key.hour?.millisecondsSinceEpoch ?? 0)
      }
      .map { ($0.key, $0.group) }
  }
}
