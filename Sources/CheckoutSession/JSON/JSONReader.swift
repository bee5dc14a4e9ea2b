/// Reads one JSON text after the other into the same memory.
///
/// ``parse(_:limits:duplicateKeys:)`` hands the memory out with the document and ``recycle(_:)`` takes it back; a document that is not
/// given back only costs the next one an allocation.
public struct JSONReader: Sendable {
  private var tape: ContiguousArray<JSONNode> = []

  /// Nodes that are kept for the next text: enough for any ordinary request, too few for one hostile text to hold megabytes for ever.
  private static let nodesKeptMax = 4096

  /// Makes a reader that holds no memory yet.
  public init() {}

  /// Reads all of `bytes`; see ``JSONDocument/parse(_:limits:duplicateKeys:)``.
  public mutating func parse(
    _ bytes: ArraySlice<UInt8>, limits: JSONLimits = .request, duplicateKeys: DuplicateKeyPolicy = .reject
  ) throws(JSONSyntaxError) -> JSONDocument {
    var memory: ContiguousArray<JSONNode> = []
    swap(&memory, &tape)
    if memory.capacity == 0 { memory.reserveCapacity(min(max(bytes.count / 8, 16), Self.nodesKeptMax)) }
    var scanner = JSONScanner(tape: memory, limits: limits, duplicateKeys: duplicateKeys)
    memory = []
    try scanner.scan(bytes.span)
    return JSONDocument(bytes: bytes, tape: scanner.tape, duplicateKeys: duplicateKeys)
  }

  /// Takes back the memory of a document that is no longer needed.
  public mutating func recycle(_ document: consuming JSONDocument) {
    guard document.tape.capacity <= Self.nodesKeptMax * 2 else { return }
    // Swapped, not copied: with a second reference to the memory, emptying it would allocate anew.
    swap(&tape, &document.tape)
    tape.removeAll(keepingCapacity: true)
  }
}
