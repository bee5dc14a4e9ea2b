import Synchronization

/// How many requests do without their batch's place while they wait for what may take long: an earlier URL's end, a refused merchant's configuration, a token,
/// another request of their identity, or, for what ops sends again, that nobody else waits. If they kept it, one such request in each of `creation.batchesInFlight` batches would keep out everybody else's.
///
/// Bounded in number and in bytes, because one of them keeps all the bytes of its batch in memory: beyond either bound requests keep their batch's place,
/// and with that they stop the intake.
final class WaivedPlaces: Sendable {
  private let count = Atomic(0)
  private let bytes = Atomic(0)
  private let countMax: Int
  private let bytesMax: Int

  /// - Parameter bytesMax: of the batches that such requests came in, together; a quarter of the memory that the service unit allows.
  init(max: Int, bytesMax: Int = 256 * 1024 * 1024) {
    countMax = max
    self.bytesMax = bytesMax
  }

  /// Lets a request do without its batch's place from now on, until it is finished or given up.
  ///
  /// The mark on the request is what makes sure that a place is given up once: whoever finishes or abandons a marked request lets go of nothing.
  /// - Returns: the batch to let go of, once no lock is held; nil if the request does without a place already, or there is no room.
  func waive(_ request: inout PendingRequest) -> BatchInProgress? {
    guard !request.isPutOff else { return nil }
    let (_, taken) = count.add(1, ordering: .relaxed)
    guard taken <= countMax, request.incoming.source.isKept(within: self) else {
      count.subtract(1, ordering: .relaxed)
      return nil
    }
    request.isPutOff = true
    return request.incoming.source
  }

  /// Counts the bytes of one more batch; false if there is no room.
  func keep(bytes count: Int) -> Bool {
    let (_, kept) = bytes.add(count, ordering: .relaxed)
    if kept > bytesMax { release(bytes: count) }
    return kept <= bytesMax
  }

  /// Notes that the bytes of a batch are gone.
  func release(bytes count: Int) { bytes.subtract(count, ordering: .relaxed) }

  /// Notes that so many requests without a place are finished or given up.
  func giveBack(_ count: Int) {
    guard count > 0 else { return }
    self.count.subtract(count, ordering: .relaxed)
  }
}
