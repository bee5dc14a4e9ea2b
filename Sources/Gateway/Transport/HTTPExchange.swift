import NIOCore

/// One request on its way, and who wants its answer. Lives on the event loop.
///
/// The request is written as late as it can be, when its connection is there: thousands may wait without their bytes, and each leaves
/// with the token of that moment.
protocol HTTPExchange: AnyObject {
  /// Appends the whole request.
  /// - Returns: false if it cannot be sent now (its token was refused while it waited): the exchange then has found another place to wait,
  ///   and the transport forgets it.
  func write(into buffer: inout ByteBuffer) -> Bool
  /// Called exactly once unless `write` gave false.
  func finish(_ result: Result<HTTPAnswer, TransportFailure>)
  /// Whether it is one of those to be called off.
  func isNamed(in ids: Set<UInt64>) -> Bool
}
