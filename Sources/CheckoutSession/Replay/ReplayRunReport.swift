/// A run with what became of its records, for `replay history`.
public struct ReplayRunReport: Hashable, Sendable {
  /// The ledger's number of the run, from 1, rising.
  public var number: Int64
  /// The run.
  public var run: ReplayRun
  /// The run that has taken over what this one had claimed and not sent; nil: none.
  public var takenOverBy: Int64?
  /// How many of its records are in each state.
  public var states: [ReplayRecord.State: Int]
  /// How many of its answered records ended with each outcome.
  public var outcomes: [ReplyOutcome: Int]

  /// Makes a report.
  public init(
    number: Int64, run: ReplayRun, takenOverBy: Int64? = nil, states: [ReplayRecord.State: Int] = [:], outcomes: [ReplyOutcome: Int] = [:]
  ) {
    self.number = number
    self.run = run
    self.takenOverBy = takenOverBy
    self.states = states
    self.outcomes = outcomes
  }
}
