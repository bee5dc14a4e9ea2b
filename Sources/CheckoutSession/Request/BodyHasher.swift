import Crypto

/// Makes a ``BodyHash`` of bytes that come piece by piece.
public struct BodyHasher: Sendable {
  private var digest = SHA256()

  /// Begins with no bytes.
  public init() {}

  /// Takes the next bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) { digest.update(data: Array(bytes)) }

  /// The hash of all bytes so far.
  public func finish() -> BodyHash { BodyHash(digest: digest.finalize()) }
}
