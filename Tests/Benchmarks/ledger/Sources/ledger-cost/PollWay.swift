import CheckoutSession

/// What a poll comes to.
enum PollWay: String, CaseIterable {
  case nothingNew = "poll without an event"
  case created = "poll with an event"
  case ended = "last poll"

  /// What is recorded.
  func record(_ session: OutstandingSession, at: Timestamp) -> PollRecord {
    let polls = session.polls + 1
    return switch self {
    case .nothingNew: PollRecord(key: session.key, status: .accepted, polls: polls, failures: 0, next: .poll(at: at + Self.later))
    case .created: PollRecord(key: session.key, status: .created, polls: polls, failures: 0, next: .publish(observedAt: at))
    case .ended: PollRecord(key: session.key, status: .completed, polls: polls, failures: 0, next: .publish(observedAt: at))
    }
  }

  /// What is marked as published.
  func event(_ session: OutstandingSession, at: Timestamp) -> PublishedEvent? {
    switch self {
    case .nothingNew: nil
    case .created: PublishedEvent(key: session.key, status: .created, nextPollAt: at + Self.later)
    case .ended: PublishedEvent(key: session.key, status: .completed, nextPollAt: nil)
    }
  }

  private static let later: Duration = .seconds(86_400)
}
