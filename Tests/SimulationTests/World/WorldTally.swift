/// What happened in a world, or in many: to see that the simulation does meet what it is there for.
struct WorldTally: Sendable {
  var steps = 0
  var crashes = 0
  var posts = 0
  var sessions = 0
  var orphans = 0
  var replies = 0
  var repeatedReplies = 0
  var deadLetters = 0
  var renewals = 0
  var putOffs = 0
  var superseded = 0
  var reopened = 0
  var edited = 0
  var leasesLost = 0
  var events = 0
  var unresolved = 0

  static func += (sum: inout WorldTally, other: WorldTally) {
    for path in names.values { sum[keyPath: path] += other[keyPath: path] }
  }

  /// Everything that never happened.
  var missing: [String] { Self.names.filter { self[keyPath: $0.value] == 0 }.keys.sorted() }

  /// `name number`, in the order of names.
  var text: String { Self.names.sorted { $0.key < $1.key }.map { "\($0.key) \(self[keyPath: $0.value])" }.joined(separator: ", ") }

  private static var names: [String: WritableKeyPath<WorldTally, Int>] {
    [
      "steps": \.steps, "crashes": \.crashes, "POSTs": \.posts, "sessions": \.sessions, "orphans": \.orphans, "replies": \.replies,
      "repeated replies": \.repeatedReplies, "dead letters": \.deadLetters, "renewals": \.renewals, "requests put off": \.putOffs,
      "decisions superseded": \.superseded, "requests reopened": \.reopened, "bodies edited": \.edited, "leases lost": \.leasesLost,
      "events": \.events, "unresolved": \.unresolved,
    ]
  }
}
