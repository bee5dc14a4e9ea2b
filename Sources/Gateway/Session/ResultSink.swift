/// Something with results that are to be handed over at the end of the event loop's tick.
protocol PendingDelivery: AnyObject {
  /// Calls the completion with everything there is.
  func deliver()
}

/// Gathers the results of one `start` and hands them over in batches: those that came in one tick of the event loop together.
final class ResultSink<Element>: PendingDelivery {
  private let completion: ([Element]) -> Void
  private var results: [Element] = []
  private let deliveries: DeliveryQueue

  /// - Parameter completion: called on the event loop with at least one result.
  init(deliveries: DeliveryQueue, completion: @escaping ([Element]) -> Void) {
    self.deliveries = deliveries
    self.completion = completion
  }

  /// One more result.
  func append(_ result: Element) {
    if results.isEmpty { deliveries.enqueue(self) }
    results.append(result)
  }

  func deliver() {
    let batch = results
    results = []
    completion(batch)
  }
}
