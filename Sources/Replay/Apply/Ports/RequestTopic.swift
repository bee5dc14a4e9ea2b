/// The request topic, looked at from outside: no group is joined and nothing committed.
public protocol RequestTopic: Sendable {
  /// Where every partition ends now.
  func ends() async throws -> [Int32: Int64]
  /// Looks for replayed requests between these offsets and the present ends. A partition that is not named is read from its beginning.
  func search(for marks: Set<ReplayMark>, from offsets: [Int32: Int64]) async throws -> RequestTopicSearch
}

/// What a search of the request topic found.
public struct RequestTopicSearch: Hashable, Sendable {
  /// Those that stand in the topic.
  public var found: Set<ReplayMark>
  /// Whether everything from the offsets on was still there to be read; if not, what was not found may have been there.
  public var isComplete: Bool

  /// Makes a result.
  public init(found: Set<ReplayMark>, isComplete: Bool) {
    self.found = found
    self.isComplete = isComplete
  }
}
