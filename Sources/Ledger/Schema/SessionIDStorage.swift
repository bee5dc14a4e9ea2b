import CheckoutSession
import GRDB

/// How a session id is stored: 16 bytes instead of 36, as long as that gives back exactly what the gateway wrote.
enum SessionIDStorage {
  /// The 16 bytes of an id in lower case; nil for one with capitals, which is stored as text.
  static func bytes(_ id: SessionID) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    var high: UInt8?
    for character in id.rawValue.utf8 where character != UInt8(ascii: "-") {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let upper = high {
        bytes.append(upper << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return bytes
  }

  /// The id of 16 bytes; nil for any other number of them.
  static func id(_ bytes: UnsafeRawBufferPointer) -> SessionID? {
    guard bytes.count == 16 else { return nil }
    let text = String(unsafeUninitializedCapacity: 36) { text in
      var position = 0
      func write(_ character: UInt8) {
        text[position] = character
        position += 1
      }
      for (index, byte) in bytes.enumerated() {
        if index == 4 || index == 6 || index == 8 || index == 10 { write(UInt8(ascii: "-")) }
        write(digit(byte >> 4))
        write(digit(byte & 0x0F))
      }
      return position
    }
    return SessionID(text)
  }

  /// The id in a column of `decision`. Throws `DatabaseError` for anything else.
  static func read(_ row: RawRow, _ column: CInt) throws -> SessionID {
    let sessionID = row.isBlob(column) ? row.withBytes(column, id) : row.text(column).flatMap(SessionID.init)
    guard let sessionID else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "decision.session_id: expected a UUID") }
    return sessionID
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
}
