/// What the command line of `checkout-worker replay history` says.
public struct ReplayHistoryOptions: Sendable {
  /// `--plan`: a plan's file, or the beginning of its hash.
  public var plan: String?
  /// `--run`.
  public var run: Int64?
  /// `--limit`.
  public var limit = 20
  /// `--json`.
  public var json = false

  /// Options that show the latest runs.
  public init() {}

  /// Runs that can be shown.
  static let limitMax = 1000

  /// What is wrong with them, naming the option; nil if nothing is.
  public var objection: String? {
    if plan != nil, run != nil { return "--plan and --run: expected one of them, not both" }
    if let run, run < 1 { return "--run: expected a number from 1 on, got \(run)" }
    guard (1...Self.limitMax).contains(limit) else { return "--limit: expected a number from 1 to \(Self.limitMax), got \(limit)" }
    return nil
  }
}
