/// Why a statement or a connection failed.
struct PostgresError: Error, Hashable, Sendable {
  /// The server's code, five characters; nil if the failure is not the server's.
  var sqlState: String?
  /// What happened, for people: the server's primary message and the name of the constraint. Never its detail, its hint or the statement's values.
  var message: String
  /// Whether the connection is of no use any more.
  var isConnectionLost = false
  /// The connection broke while a COMMIT, or a statement outside of a transaction, was under way: it may have happened.
  var isInDoubt = false
  /// Whether somebody has to do something before it can work: a refused certificate, a missing password.
  var isPermanent = false

  /// A failure of this program's or libpq's.
  init(
    sqlState: String? = nil, message: String, isConnectionLost: Bool = false, isInDoubt: Bool = false, isPermanent: Bool = false
  ) {
    self.sqlState = sqlState
    self.message = message
    self.isConnectionLost = isConnectionLost
    self.isInDoubt = isInDoubt
    self.isPermanent = isPermanent
  }

  /// What the server said. A value that it could not take (class 22) may be quoted in its message, which is left out then.
  init(server sqlState: String, primary: String, constraint: String?) {
    var message = sqlState.hasPrefix("22") ? "a value was refused" : primary
    if let constraint, !message.contains(constraint) { message += " (constraint \(constraint))" }
    self.init(sqlState: sqlState, message: message)
  }
}
