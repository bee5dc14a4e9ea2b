import Crypto

/// SHA-256 of a request's body: what tells a repeated request from another one under the same identity
/// (`contract/messages.md`, "Identity") and names a body without keeping it.
public struct BodyHash: Hashable, Sendable {
  /// The 32 bytes of the digest.
  public let bytes: [UInt8]

  /// Accepts exactly 32 bytes; nil otherwise.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// A digest, whose type says that it has 32 bytes.
  init(digest: SHA256.Digest) { bytes = Array(digest) }
}
