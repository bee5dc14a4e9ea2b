/// Who goes first within a `Pacer`.
public enum PacerLane: Sendable, Equatable {
  /// Requests as they come.
  case ordinary
  /// Requests that somebody sends again: they take what the others leave, and a small part of the rest, so that they come to an end.
  case replay
}
