import GRDB

/// Why an audit cannot go on. No customer data.
public struct AuditError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The scratch file cannot be made, written or read.
    public static let scratch = Code(rawValue: "AUDIT_SCRATCH")
    /// The file system of the scratch file is full.
    public static let full = Code(rawValue: "AUDIT_SCRATCH_FULL")
    /// The task was cancelled.
    public static let cancelled = Code(rawValue: "AUDIT_CANCELLED")
  }

  /// What happened, for programs.
  public var code: Code
  /// What happened, for people.
  public var message: String

  /// Makes an error.
  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  /// What became of the scratch file.
  init(_ error: any Error) {
    switch error {
    case let error as AuditError: self = error
    case is CancellationError: self.init(code: .cancelled, message: "asked to end")
    case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
      self.init(code: .full, message: "the scratch file's file system is full; TMPDIR names another folder")
    case let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT: self.init(code: .cancelled, message: "asked to end")
    // The primary message only: SQLite's own words may repeat a value.
    case let error as DatabaseError: self.init(code: .scratch, message: "the scratch file cannot be used: \(error.resultCode)")
    default: self.init(code: .scratch, message: "the scratch file cannot be used: \(type(of: error))")
    }
  }

  /// `CODE: message`.
  public var description: String { "\(code.rawValue): \(message)" }
}
