/// Random JSON texts, and random damage to them.
struct RandomJSON {
  var random: Seeded

  init(seed: UInt64) { random = Seeded(seed) }

  mutating func text() -> String { value(depth: 0) }

  /// `text` with a few bytes changed, dropped, doubled or moved in from elsewhere in it.
  mutating func damaged(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(bytes[index], at: index)
      case 3: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: index)
      default: bytes.insert(Array("{}[],:\"\\0123eE+-.u/ \n".utf8).randomElement(using: &random) ?? 0, at: index)
      }
    }
    return bytes
  }

  private mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 4 ? 6 : 9), using: &random) {
    case 0: return "null"
    case 1: return Bool.random(using: &random) ? "true" : "false"
    case 2: return String(Int64.random(in: -1000...1000, using: &random))
    case 3: return number()
    case 4, 5: return string()
    case 6: return "[" + items { $0.value(depth: depth + 1) } + space() + "]"
    default:
      var count = 0
      return "{" + items { $0.member(number: &count, depth: depth) } + space() + "}"
    }
  }

  /// A member whose name no other of its object has.
  private mutating func member(number: inout Int, depth: Int) -> String {
    number += 1
    return "\"k\(number)" + string().dropFirst() + space() + ":" + space() + value(depth: depth + 1)
  }

  private mutating func items(_ item: (inout Self) -> String) -> String {
    (0..<Int.random(in: 0...5, using: &random)).map { _ in space() + item(&self) }.joined(separator: ",")
  }

  private mutating func space() -> String { ["", "", " ", "\n", "\r\n", "\t "].randomElement(using: &random) ?? "" }

  private mutating func number() -> String {
    let whole = Int.random(in: -9999...9999, using: &random)
    let fraction = Bool.random(using: &random) ? ".\(Int.random(in: 0...999, using: &random))" : ""
    let exponent = Bool.random(using: &random) ? ["e5", "E+3", "e-2"].randomElement(using: &random) ?? "" : ""
    return "\(whole)\(fraction)\(exponent)"
  }

  private mutating func string() -> String {
    let pieces = ["a", "Z", "0", " ", "é", "€", "𝄞", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud834\\udd1e", "\\t", "xyz"]
    return "\"" + (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
  }
}
