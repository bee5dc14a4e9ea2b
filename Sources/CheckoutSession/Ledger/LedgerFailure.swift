/// Why the ledger could not be read or written.
public struct LedgerFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Another process holds the ledger's lock for longer than we wait.
    public static let busy = Code(rawValue: "LEDGER_BUSY")
    /// The file system is full.
    public static let full = Code(rawValue: "LEDGER_FULL")
    /// The ledger cannot be reached or opened.
    public static let unavailable = Code(rawValue: "LEDGER_UNAVAILABLE")
    /// The file is no ledger, is damaged, or is of a newer version than this program knows.
    public static let corrupt = Code(rawValue: "LEDGER_CORRUPT")
    /// The ledger refuses to be written: permissions, a read-only file system.
    public static let notWritable = Code(rawValue: "LEDGER_NOT_WRITABLE")
  }

  /// What happened, for programs.
  public var code: Code
  /// What happened, for people; no customer data.
  public var message: String
  /// Whether the same call may work later without anybody doing anything.
  public var isTransient: Bool

  /// Makes a failure.
  public init(code: Code, message: String, isTransient: Bool) {
    self.code = code
    self.message = message
    self.isTransient = isTransient
  }

  /// `CODE: message`.
  public var description: String { "\(code.rawValue): \(message)" }
}
