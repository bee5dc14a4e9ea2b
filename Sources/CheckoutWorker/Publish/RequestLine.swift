import CheckoutSession
import Records

/// One line of `checkout-worker publish`, read: the record it stands for. Pure.
///
/// A line is the request itself, or an envelope `{"key": …, "headers": {…}, "value": {…}}`. An envelope is an object that has a member `value`
/// and no member but `key`, `headers` and `value`: no request looks like that, because every request has `config`.
/// The value's bytes are those of the line, never written anew. Whether the request is a good one is for the worker to say.
struct RequestLine: Hashable {
  /// The longest line that is taken, in bytes: what a broker takes by default. Larger than what the worker accepts, so that its limit can be tried.
  static let bytesMax = 1_000_000
  /// The same for nesting.
  private static let limits = JSONLimits(bytesMax: bytesMax, depthMax: 512)

  /// The record's key; nil for none.
  var key: ArraySlice<UInt8>?
  /// The record's value.
  var value: ArraySlice<UInt8>
  /// The record's headers in the form of ``PackedHeaders``.
  var headers: [UInt8]

  /// Reads a line.
  ///
  /// The key, unless an envelope gives one, is `payment.merchantTransactionId`: requests of one order stay in order.
  /// - Throws: ``RequestLineError`` when the line is not JSON, not an object, or an envelope that cannot be understood.
  init(_ line: ArraySlice<UInt8>, reader: inout JSONReader) throws(RequestLineError) {
    let document: JSONDocument
    do {
      // Duplicate names are passed on: they are well-formed, and the worker's rejection of them can then be tried.
      document = try reader.parse(line, limits: Self.limits, duplicateKeys: .preferNonNull)
    } catch {
      throw RequestLineError(column: error.column, message: "found \(error.found), expected \(error.expected)")
    }
    let root = document.root
    guard root.kind == .object else {
      throw RequestLineError(root, in: line, "found \(root.kind.withArticle), expected an object: a request, or an envelope with a value")
    }
    guard Self.isEnvelope(root) else {
      self.init(key: Self.defaultKey(of: root), value: line, headers: [])
      reader.recycle(document)
      return
    }
    try self.init(envelope: root, line: line)
    reader.recycle(document)
  }

  private init(key: ArraySlice<UInt8>?, value: ArraySlice<UInt8>, headers: [UInt8]) {
    self.key = key
    self.value = value
    self.headers = headers
  }

  private init(envelope: JSONValue, line: ArraySlice<UInt8>) throws(RequestLineError) {
    var given: [String: JSONValue] = [:]
    for (name, value) in envelope.members {
      // In an envelope a repeated member would mean that we choose what is published.
      guard given.updateValue(value, forKey: name.string ?? "") == nil else {
        throw RequestLineError(name, in: line, "the envelope names this member twice")
      }
    }
    guard let value = given["value"] else { throw RequestLineError(envelope, in: line, "the envelope has no value") }
    self.init(key: nil, value: value.source, headers: try Self.headers(given["headers"], line: line))
    key = try Self.key(given["key"], line: line, value: value)
  }

  private static func isEnvelope(_ root: JSONValue) -> Bool {
    var hasValue = false
    for (name, _) in root.members {
      if name.stringEquals("value") {
        hasValue = true
      } else if !name.stringEquals("key"), !name.stringEquals("headers") {
        return false
      }
    }
    return hasValue
  }

  private static func key(_ key: JSONValue?, line: ArraySlice<UInt8>, value: JSONValue) throws(RequestLineError) -> ArraySlice<UInt8>? {
    guard let key else { return defaultKey(of: value) }
    switch key.kind {
    case .string: return key.utf8
    case .null: return nil
    default: throw RequestLineError(key, in: line, "key: found \(key.kind.withArticle), expected a string or null")
    }
  }

  private static func headers(_ headers: JSONValue?, line: ArraySlice<UInt8>) throws(RequestLineError) -> [UInt8] {
    guard let headers, !headers.isNull else { return [] }
    guard headers.kind == .object else {
      throw RequestLineError(headers, in: line, "headers: found \(headers.kind.withArticle), expected an object")
    }
    var packed: [UInt8] = []
    for (name, value) in headers.members {
      switch value.kind {
      case .string: PackedHeaders.append(name: name.utf8, value: value.utf8, to: &packed)
      case .null: PackedHeaders.append(name: name.utf8, value: ArraySlice<UInt8>?.none, to: &packed)
      default: throw RequestLineError(value, in: line, "a header: found \(value.kind.withArticle), expected a string or null")
      }
    }
    return packed
  }

  private static func defaultKey(of request: JSONValue) -> ArraySlice<UInt8>? {
    guard let id = request["payment"]?["merchantTransactionId"], id.kind == .string else { return nil }
    let key = id.utf8
    return key.isEmpty ? nil : key
  }
}
