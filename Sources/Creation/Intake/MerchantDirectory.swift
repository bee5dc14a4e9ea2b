/// The merchants that requests may name, and the one for requests that name none (`contract/messages.md`, `merchant-id`).
public struct MerchantDirectory: Sendable {
  /// The merchants' ids, by merchant index.
  public let ids: [String]
  /// Index of `merchants.default`; nil if requests must name their merchant.
  public let defaultIndex: Int?
  private let indices: [String: Int]

  /// Makes a directory. `ids` are in the order of the gateway client's merchants.
  public init(ids: [String], defaultIndex: Int?) {
    self.ids = ids
    self.defaultIndex = defaultIndex
    indices = Dictionary(ids.enumerated().map { ($1.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The index of the merchant with this id (a UUID, so in either case); nil for an unknown one.
  func index(of id: String) -> Int? {
    // Almost every record names one of few merchants in the very form of the configuration.
    if let exact = indices[id] { return exact }
    return indices[id.lowercased()]
  }
}
