/// The fields of an `application/x-www-form-urlencoded` body or of a query; the first of a name counts.
struct FormFields {
  private var fields: [String: String] = [:]

  init(_ text: some Collection<UInt8>) {
    for field in text.split(separator: UInt8(ascii: "&")) {
      let name = field.prefix { $0 != UInt8(ascii: "=") }
      let value = field.dropFirst(name.count + 1)
      let key = Self.decoded(name)
      if fields[key] == nil { fields[key] = Self.decoded(value) }
    }
  }

  subscript(name: String) -> String? { fields[name] }
  var names: [String] { fields.keys.sorted() }

  private static func decoded(_ text: some Collection<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let high = digit(rest.first), let low = digit(rest.dropFirst().first) {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    byte.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }.map(UInt8.init)
  }
}
