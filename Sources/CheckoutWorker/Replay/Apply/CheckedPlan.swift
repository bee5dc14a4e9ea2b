import CheckoutSession
import Replay

/// A plan that has been read whole, every line of it.
struct CheckedPlan: Sendable {
  var header: PlanHeader
  /// SHA-256 of the file.
  var hash: BodyHash
  var summary: PlanSummary

  /// The plan's name in the ledger, as people are shown it.
  var shortHash: String { hash.short }
  /// Lines that ask for something.
  var toDoCount: Int { summary.linesCount - summary.count(of: .skip) }
  /// Lines that ask for a request to be sent.
  var sendingCount: Int { ReplayAction.allCases.filter(\.isSending).reduce(0) { $0 + summary.count(of: $1) } }

  /// Reads a plan.
  /// - Throws: ``PlanFileError`` for the first line that cannot be used, or a plan about other topics than those configured.
  static func read(_ path: String, _ configuration: WorkerConfiguration) async throws(PlanFileError) -> CheckedPlan {
    var reader = try await PlanFileReader(path: path)
    let header = reader.header
    let topics = configuration.kafka.topics
    for (key, planned, configured) in [
      ("kafka.topics.deadLetters", header.deadLettersTopic, topics.deadLetters),
      ("kafka.topics.requests", header.requestsTopic, topics.requests),
    ] where planned != configured {
      throw PlanFileError(path, line: 1, "the plan is about \(planned), but \(key) is \(configured)")
    }
    var summary = PlanSummary(attemptsMax: configuration.replay.maxAttempts)
    while true {
      let entries = try await reader.next(1000)
      for entry in entries {
        guard entry.place.topic == topics.deadLetters else {
          throw PlanFileError(path, "the line of \(entry.place): expected topic \(topics.deadLetters), that of the plan's first line")
        }
        summary.add(entry)
      }
      guard !entries.isEmpty else { break }
    }
    guard let hash = reader.hash else { throw PlanFileError(path, "could not be read to its end") }
    return CheckedPlan(header: header, hash: hash, summary: summary)
  }
}

extension BodyHash {
  /// The first 12 digits: enough to tell plans apart.
  var short: String { String(hexadecimal.prefix(12)) }
}
