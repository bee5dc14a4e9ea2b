/// One way in which the gateway, or what lies before it, can go wrong. The names are those of scenario files and statistics.
public enum FaultKind: String, Hashable, Sendable, CaseIterable {
  /// The connection is reset before the request has any effect. The client cannot tell this from ``resetAfterCreate``.
  case resetBeforeRead
  /// The session is made (on GET: the answer is ready), then the connection is reset without an answer.
  case resetAfterCreate
  /// 500; nothing was made.
  case error500
  /// 500; but the session was made.
  case error500AfterCreate
  /// 502; nothing was made.
  case error502
  /// 503; nothing was made.
  case error503
  /// 504; nothing was made.
  case error504
  /// The right answer, in small pieces over ``Scenario/slowDripFor``.
  case slowDrip
  /// The right answer's head and half of its body, then the connection is closed.
  case cutOffBody
  /// The right status with an HTML page for a body, as a proxy writes it. The session was made.
  case htmlBody
  /// The right status with no body at all. The session was made.
  case emptyBody
  /// `hostedUrl` on a stranger's host. The session was made. POST only.
  case wrongHost
  /// The right answer with one member named twice, the second time `null`. The session was made.
  case duplicateKeys
  /// 401 "'exp' claim expired" for a token that is good; nothing was made. The token stays good.
  case tokenExpired
  /// 403 "insufficient_scope"; nothing was made.
  case forbidden
  /// 404 "customer not found"; nothing was made. POST only.
  case customerNotFound
  /// 200 with a status that no document names. GET only.
  case unknownStatus
  /// The request is read and never answered; nothing is made. The connection stays open until the client closes it or ``Scenario/hangFor`` is over.
  case hang

  /// Whether the session exists although the client is not told so, or not properly.
  public var makesSession: Bool {
    switch self {
    case .resetAfterCreate, .error500AfterCreate, .slowDrip, .cutOffBody, .htmlBody, .emptyBody, .wrongHost, .duplicateKeys: true
    default: false
    }
  }

  /// The kinds that mean something on POST.
  public static let ofCreate: [FaultKind] = allCases.filter { $0 != .unknownStatus }
  /// The kinds that mean something on GET.
  public static let ofStatus: [FaultKind] = allCases.filter { ![.wrongHost, .customerNotFound, .error500AfterCreate].contains($0) }
}
