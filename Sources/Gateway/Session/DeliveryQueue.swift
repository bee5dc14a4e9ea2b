import NIOCore

/// Runs deliveries at the end of the current tick of the event loop: once for everything that one poll of the sockets brought.
final class DeliveryQueue {
  private let eventLoop: any EventLoop
  private let afterDelivery: () -> Void
  private var pending: [any PendingDelivery] = []

  /// - Parameter afterDelivery: called after the completions, for metrics.
  init(eventLoop: any EventLoop, afterDelivery: @escaping () -> Void) {
    self.eventLoop = eventLoop
    self.afterDelivery = afterDelivery
  }

  /// `delivery` has results.
  func enqueue(_ delivery: any PendingDelivery) {
    // NIO runs tasks after all socket events of a poll, so whatever else completes in this poll goes along.
    if pending.isEmpty { eventLoop.assumeIsolated().execute { self.run() } }
    pending.append(delivery)
  }

  /// Completions may start calls, and those may complete at once: they come into the next round, not into this one.
  private func run() {
    let round = pending
    pending = []
    for delivery in round { delivery.deliver() }
    afterDelivery()
  }
}
