import CheckoutSession
import NIOCore

/// One request to a token endpoint.
final class TokenExchange: HTTPExchange {
  private let request: ByteBuffer
  private let completion: (Result<HTTPAnswer, TransportFailure>) -> Void

  init(request: ByteBuffer, completion: @escaping (Result<HTTPAnswer, TransportFailure>) -> Void) {
    self.request = request
    self.completion = completion
  }

  func write(into buffer: inout ByteBuffer) -> Bool {
    buffer.writeImmutableBuffer(request)
    return true
  }

  func finish(_ result: Result<HTTPAnswer, TransportFailure>) {
    completion(result)
  }

  /// A caller's ids name calls, never this: other calls wait for the same token.
  func isNamed(in ids: Set<UInt64>) -> Bool { false }
}
