import Replay

/// What the command line of `checkout-worker replay list` says.
public struct ReplayListOptions: Sendable {
  /// The filters.
  public var filters: DeadLetterFilterArguments
  /// `--group-by`, as given: each may be a comma-separated list; empty: by everything.
  public var groupBy: [String]
  /// `--json`.
  public var json = false

  /// Options that list what the filters mean.
  public init(filters: DeadLetterFilterArguments = DeadLetterFilterArguments(), groupBy: [String] = []) {
    self.filters = filters
    self.groupBy = groupBy
  }

  /// What is wrong with them, naming the option; nil if nothing is.
  public var objection: String? {
    if let objection = filters.objection { return objection }
    guard let wrong = words.first(where: { DeadLetterGroupKey.Part(rawValue: $0) == nil }) else { return nil }
    let known = DeadLetterGroupKey.Part.allCases.map(\.rawValue).joined(separator: ", ")
    return "--group-by: expected some of \(known), comma-separated, got \"\(wrong.prefix(80))\""
  }

  /// What to group by; ``objection`` is nil.
  var parts: Set<DeadLetterGroupKey.Part> {
    groupBy.isEmpty ? Set(DeadLetterGroupKey.Part.allCases) : Set(words.compactMap(DeadLetterGroupKey.Part.init(rawValue:)))
  }

  private var words: [String] {
    groupBy.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }
}
