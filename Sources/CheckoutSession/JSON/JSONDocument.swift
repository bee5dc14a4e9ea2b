/// A JSON text that was read and found whole: the bytes as they came and a tape of what stands where. Values are read out of it on demand.
public struct JSONDocument: Sendable {
  /// The text.
  public let bytes: ArraySlice<UInt8>
  /// Taken away only by ``JSONReader/recycle(_:)``, which ends the document.
  var tape: ContiguousArray<JSONNode>
  let duplicateKeys: DuplicateKeyPolicy

  /// The one value of the text.
  public var root: JSONValue { JSONValue(document: self, index: 0) }

  /// Reads all of `bytes` by RFC 8259, strictly: no trailing comma, no comment, no byte order mark, UTF-8 throughout, surrogates in pairs.
  ///
  /// One allocation; a loop over many texts saves it with a ``JSONReader``.
  public static func parse(
    _ bytes: ArraySlice<UInt8>, limits: JSONLimits = .request, duplicateKeys: DuplicateKeyPolicy = .reject
  ) throws(JSONSyntaxError) -> JSONDocument {
    var reader = JSONReader()
    return try reader.parse(bytes, limits: limits, duplicateKeys: duplicateKeys)
  }
}
