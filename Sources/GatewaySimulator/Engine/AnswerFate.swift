/// What became of the answer to the POST that made a session, as far as the simulator can know.
public enum AnswerFate: String, Hashable, Sendable, CaseIterable {
  /// Not written yet.
  case pending
  /// Written to the connection in full. The client's kernel may still never have got it.
  case sent
  /// Surely not received in full: reset, cut off, or the client had gone.
  case lost
  /// Another answer than the right one was written: a 500, an HTML page, a stranger's host.
  case spoiled
}
