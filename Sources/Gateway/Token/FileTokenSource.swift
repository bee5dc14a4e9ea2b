import CheckoutSession
import NIOCore

/// A file with a token that something else keeps fresh.
final class FileTokenSource: TokenSource {
  private let file: CredentialFile
  private let eventLoop: any EventLoop

  /// - Parameter path: the file.
  init(path: String, eventLoop: any EventLoop) {
    file = CredentialFile(kind: "token", path: path)
    self.eventLoop = eventLoop
  }

  func fetch(_ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void) {
    let file = self.file
    file.contents(on: eventLoop) { result in
      completion(result.flatMap { Self.token($0, in: file) })
    }
  }

  private static func token(_ text: String, in file: CredentialFile) -> Result<GrantedToken, GatewayFailure> {
    guard GrantedToken.isSound(text) else { return .failure(file.failure("does not hold one token of printable ASCII")) }
    return .success(GrantedToken(secret: Secret(text)))
  }
}
