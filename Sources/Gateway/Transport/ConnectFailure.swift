import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Turns what NIO and NIOSSL throw while a connection is set up into a ``TransportFailure`` that says what is wrong and where.
enum ConnectFailure {
  /// The failure for `error`, met while connecting to `peer` (`host:port`, or the proxy's).
  static func failure(_ error: any Error, peer: String) -> TransportFailure {
    switch error {
    case let error as TransportFailure:
      return error
    case let error as NIOConnectionError:
      return connectionFailure(error, peer: peer)
    case ChannelError.connectTimeout(_):
      return TransportFailure(.connectTimeout, "\(peer): no connection in time", isSent: false)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return TransportFailure(.tls, "\(peer): TLS: \(explanation(error))", isSent: false)
    case is SocketAddressError:
      return TransportFailure(.dns, "\(peer): the name has no address", isSent: false)
    default:
      return TransportFailure(.refused, "\(peer): \(explanation(error))", isSent: false)
    }
  }

  private static func connectionFailure(_ error: NIOConnectionError, peer: String) -> TransportFailure {
    // Attempts were made, so there were addresses: the last attempt is the news.
    if let attempt = error.connectionErrors.last {
      if case ChannelError.connectTimeout(_) = attempt.error {
        return TransportFailure(.connectTimeout, "\(peer): no connection in time", isSent: false)
      }
      return TransportFailure(.refused, "\(peer): \(explanation(attempt.error))", isSent: false)
    }
    return TransportFailure(.dns, "\(peer): the name has no address", isSent: false)
  }

  /// What an error says, without addresses of memory, file names or enum syntax where that can be helped.
  static func explanation(_ error: any Error) -> String {
    switch error {
    case let error as IOError: systemExplanation(error.errnoCode)
    case NIOSSLError.handshakeFailed(let reason): "the handshake failed: \(handshakeExplanation(reason))"
    case NIOSSLError.uncleanShutdown: "the connection was cut without a TLS close"
    case NIOSSLError.noCertificateToValidate: "the server showed no certificate"
    case NIOSSLError.unableToValidateCertificate: "the server's certificate cannot be verified"
    case let error as NIOSSLExtraError where error == .failedToValidateHostname: "the certificate is for another host name"
    case let error as NIOSSLExtraError: error.description
    default: String(describing: error)
    }
  }

  private static func systemExplanation(_ code: CInt) -> String {
    switch code {
    case ECONNREFUSED: "connection refused"
    case ECONNRESET: "connection reset by the peer"
    case EPIPE: "connection closed by the peer"
    case EHOSTUNREACH: "no route to the host"
    case ENETUNREACH: "network unreachable"
    case ETIMEDOUT: "timed out"
    case EMFILE, ENFILE: "too many open files"
    case EADDRNOTAVAIL: "no local port is free"
    default: "system error \(code)"
    }
  }

  private static func handshakeExplanation(_ error: BoringSSLError) -> String {
    let text = String(describing: error)
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return "the server's certificate is not trusted (unknown issuer, self-signed, or out of date)"
    }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") { return "the server does not speak TLS" }
    return text
  }
}
