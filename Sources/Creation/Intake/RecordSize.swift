import Records

/// How large a request record may be beside its value. What is larger is rejected, and neither echoed nor copied: a reply or a dead letter that the broker
/// refuses as too large would hold its partition for ever.
struct RecordSize {
  /// The longest key, in bytes.
  static let keyBytesMax = 16 * 1024
  /// The most that all headers may take together, in bytes, names and lengths included.
  static let headersBytesMax = 64 * 1024

  private let record: Record

  init(_ record: Record) { self.record = record }

  /// Whether the key is longer than it may be.
  var isKeyTooLarge: Bool { record.key.count > Self.keyBytesMax }
  /// Whether the headers take more than they may.
  var areHeadersTooLarge: Bool { record.headers.count > Self.headersBytesMax }

  /// What is wrong, if anything.
  var fault: HeaderFault? {
    if areHeadersTooLarge {
      return HeaderFault("*", "must take at most \(Self.headersBytesMax) bytes together, got \(record.headers.count)")
    }
    return isKeyTooLarge ? HeaderFault("(key)", "must be at most \(Self.keyBytesMax) bytes, got \(record.key.count)") : nil
  }
}
