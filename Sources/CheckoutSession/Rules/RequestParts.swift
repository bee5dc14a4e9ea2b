/// The parts of a request that rules look at, looked up once. A member that is null counts as absent.
///
/// Keeps places on the document's tape: a request passes some forty rules, and a view for each look-up would cost more than the checks.
struct RequestParts {
  let document: JSONDocument
  /// Where each scope is, by ``RequestRule/Scope/rawValue``; nil for one that is absent.
  private let scopes: (root: Int?, customer: Int?, payment: Int?, paymentMethod: Int?, agent: Int?, config: Int?, channel: Int?)
  /// The request's mode, if `config.modes` holds exactly one known one.
  let mode: SessionMode?

  /// The parts of a document whose root is an object.
  init(_ document: JSONDocument) {
    self.document = document
    let config = Self.present("config", of: 0, document)
    scopes = (
      root: 0, customer: Self.present("customer", of: 0, document), payment: Self.present("payment", of: 0, document),
      paymentMethod: Self.present("paymentMethod", of: 0, document), agent: Self.present("agent", of: 0, document), config: config,
      channel: config.flatMap { Self.present("paymentMethodChannel", of: $0, document) }
    )
    mode = config.flatMap { Self.mode(Self.present("modes", of: $0, document), document) }
  }

  /// Where `scope` is; nil if it is absent.
  @inline(__always)
  func place(of scope: RequestRule.Scope) -> Int? {
    switch scope {
    case .root: scopes.root
    case .customer: scopes.customer
    case .payment: scopes.payment
    case .paymentMethod: scopes.paymentMethod
    case .agent: scopes.agent
    case .config: scopes.config
    case .channel: scopes.channel
    }
  }

  /// The value at a place.
  func value(at place: Int) -> JSONValue { JSONValue(document: document, index: place) }

  /// `payment.merchantTransactionId`, if it is one.
  var merchantTransactionID: String? {
    guard let payment = scopes.payment, let place = document.member("merchantTransactionId", of: payment) else { return nil }
    let value = value(at: place)
    return 1...50 ~= value.scalarCount ? value.string : nil
  }

  private static func present(_ name: String, of object: Int, _ document: JSONDocument) -> Int? {
    guard let place = document.member(name, of: object), document.tape[place].kind != .null else { return nil }
    return place
  }

  private static func mode(_ modes: Int?, _ document: JSONDocument) -> SessionMode? {
    guard let modes, document.tape[modes].kind == .array, document.tape[modes].extra == 1 else { return nil }
    // The only element of an array stands right behind it.
    let only = JSONValue(document: document, index: modes + 1)
    return SessionMode.allCases.first { only.stringEquals($0.rawValue) }
  }
}

extension JSONValue {
  /// This value, or nil if it is null.
  var nonNull: JSONValue? { isNull ? nil : self }
}
