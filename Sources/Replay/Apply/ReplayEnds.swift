import Pacing
import Synchronization

/// Where the request topic ends, as a claim needs it: what was found out some time before is early enough, so nobody waits for the brokers but the first claim.
final class ReplayEnds: Sendable {
  /// How often they are asked for anew: later ones only make the search after a crash shorter.
  private static let interval: Duration = .seconds(5)

  private let topic: any RequestTopic
  private let time: MonotonicTime
  private let offsets = Mutex<[Int32: Int64]?>(nil)

  init(topic: any RequestTopic, time: MonotonicTime) {
    self.topic = topic
    self.time = time
  }

  /// The latest that are known.
  /// - Throws: ``ReplayStop``, `CancellationError`.
  func current() async throws -> [Int32: Int64] {
    if let offsets = offsets.withLock({ $0 }) { return offsets }
    do {
      let found = try await topic.ends()
      offsets.withLock { $0 = found }
      return found
    } catch {
      throw error is CancellationError ? error : ReplayStop.failed(error)
    }
  }

  /// Asks for them again and again, until cancelled. If the brokers cannot say, the old ones stay right.
  func keepFresh() async throws {
    while true {
      try await time.sleep(until: time.now + Self.interval)
      guard let found = try? await topic.ends() else { continue }
      offsets.withLock { $0 = found }
    }
  }
}
