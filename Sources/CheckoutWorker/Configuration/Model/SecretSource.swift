/// Where a credential comes from: a file, read when it is needed so that a rotated credential is picked up, or a value given in the environment.
public enum SecretSource: Sendable, Hashable {
  /// A file that holds the credential and nothing else; a line break at its end is dropped.
  case file(String)
  /// The credential itself, from an environment variable.
  case value(Secret)

  /// The credential as it is now.
  ///
  /// Reads at most ``SecretFile/bytesMax`` bytes from a local file; call it when a token is fetched, not for every request.
  ///
  /// - Throws: ``SecretFileError`` when the file is missing, unreadable, empty, too large or not text.
  public func read() throws(SecretFileError) -> Secret {
    switch self {
    case .file(let path): try SecretFile(path: path).read()
    case .value(let secret): secret
    }
  }
}
