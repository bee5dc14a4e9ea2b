import CheckoutSession

/// The numbers of what replays are made of.
extension LedgerCodes {
  /// The number of an action.
  static func code(_ action: ReplayAction) -> Int64 {
    switch action {
    case .retry: 1
    case .retryNew: 2
    case .edit: 3
    case .skip: 4
    case .drop: 5
    }
  }

  /// The action of a number; nil if this program knows none.
  static func action(_ code: Int64) -> ReplayAction? { ReplayAction.allCases.first { Self.code($0) == code } }

  /// The number of a record's state.
  static func code(_ state: ReplayRecord.State) -> Int64 {
    switch state {
    case .claimed: 1
    case .sent: 2
    case .answered: 3
    case .dropped: 4
    }
  }

  /// The state of a number; nil if this program knows none.
  static func replayState(_ code: Int64) -> ReplayRecord.State? { ReplayRecord.State.allCases.first { Self.code($0) == code } }

  /// The number of a run's end.
  static func code(_ end: ReplayRun.End) -> Int64 {
    switch end {
    case .finished: 1
    case .canaryFailed: 2
    case .stopped: 3
    }
  }

  /// The end of a number; nil if this program knows none.
  static func replayEnd(_ code: Int64) -> ReplayRun.End? { ReplayRun.End.allCases.first { Self.code($0) == code } }

  /// The words of the actions, for the views.
  static let actionWords = ReplayAction.allCases.map { (code: code($0), word: $0.rawValue) }
  /// The words of the states, for the views.
  static let replayStateWords = ReplayRecord.State.allCases.map { (code: code($0), word: $0.rawValue) }
  /// The words of the ends, for the views.
  static let replayEndWords = ReplayRun.End.allCases.map { (code: code($0), word: $0.rawValue) }
}
