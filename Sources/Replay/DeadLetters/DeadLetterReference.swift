import CheckoutSession

/// The value of a dead letter that points at its request: `{"reference":{"topic","partition","offset","bytes","sha256"}}`.
struct DeadLetterReference: Hashable {
  /// Where the request stands.
  var origin: RecordCoordinate
  /// SHA-256 of the request's value; nil for a tombstone.
  var bodyHash: BodyHash?

  /// The longest value that can be one, in bytes: longer ones are not looked into.
  static let bytesMax = 1024

  /// Reads a value; nil if it is no reference.
  init?(reading value: ArraySlice<UInt8>, with reader: inout JSONReader) {
    guard value.count <= Self.bytesMax, let document = try? reader.parse(value) else { return nil }
    defer { reader.recycle(consume document) }
    let root = document.root
    guard root.count == 1, let reference = root["reference"], let topic = reference["topic"]?.string,
      let partition = reference["partition"]?.int.flatMap(Int32.init(exactly:)), partition >= 0,
      let offset = reference["offset"]?.int, offset >= 0
    else { return nil }
    origin = RecordCoordinate(topic: topic, partition: partition, offset: offset)
    bodyHash = reference["sha256"].flatMap { BodyHash(hexadecimal: $0.utf8) }
  }
}
