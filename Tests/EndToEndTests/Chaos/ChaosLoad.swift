import FoundationEssentials

/// Asks for sessions at an even rate, with `checkout-worker publish`.
struct ChaosLoad: Sendable {
  let lane: Lane
  let turnstile: Turnstile
  let settings: ChaosSettings
  let record: ChaosRecord

  /// Of so many seconds a file is made.
  private static let chunkSeconds = 2

  /// Publishes until the time is over, and what is left then.
  /// - Returns: what was asked for.
  func run() async throws -> RequestBook {
    var book = RequestBook(seed: settings.seed, requestsPerSecond: settings.requestsPerSecond)
    let began = ContinuousClock.now
    for second in stride(from: 0, to: settings.seconds, by: Self.chunkSeconds) {
      try await ContinuousClock().sleep(until: began + .seconds(second))
      let lines = book.next(settings.requestsPerSecond * min(Self.chunkSeconds, settings.seconds - second))
      try await turnstile.pass { try await publish(lines, name: "requests-\(second)") }
    }
    return book
  }

  /// Publishes a file, and again if the broker could not be reached: its requests may then be there twice, which is none of the worker's concern.
  private func publish(_ lines: [String], name: String) async throws {
    let path = "\(lane.folder)/\(name).jsonl"
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    for _ in 0..<20 {
      let process = try lane.worker(["publish", path])
      switch try await process.end(within: .seconds(120)) {
      case .exited(0): return
      case .exited(75): record.say("publish: the broker could not be reached, again")
      case let ending: throw ProcessFailure("publish ended, \(ending)\n\(process.output.now.tail)")
      }
    }
    throw ProcessFailure("publish: the broker could not be reached twenty times")
  }
}
