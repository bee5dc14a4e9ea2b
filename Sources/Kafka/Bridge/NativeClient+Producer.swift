import CKafka

/// The producer's calls that are not about single records.
extension NativeClient {
  /// Serves deliveries for up to `timeout`; only for a producer without background thread. False when the client is closed.
  func pollDeliveries(timeout: Duration) -> Bool {
    use { ck_producer_poll($0, timeout.milliseconds) } != nil
  }

  /// Blocks until everything is acknowledged or has failed, or until `timeout` is over.
  func flush(timeout: Duration) { _ = use { ck_producer_flush($0, timeout.milliseconds) } }

  /// Gives up everything queued and in flight.
  func purge() { _ = use { ck_producer_purge($0) } }

  /// Records queued and in flight.
  var queueDepth: Int { use { ck_producer_queue_depth($0) } ?? 0 }

  /// The error after which the client can do nothing more.
  var fatalError: KafkaError? { use { KafkaError(ck_fatal_error($0)) } ?? nil }

  /// Raises a fatal error, for tests.
  func raiseFatalErrorForTesting() { _ = use { ck_test_fatal_error($0, 47) } }  // 47: INVALID_PRODUCER_EPOCH
}
