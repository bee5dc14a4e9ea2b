extension ConfigurationSchema {
  /// Keys under `merchants` that belong to no single merchant.
  static let merchantsEntries: [ConfigurationEntry<ConfigurationDraft>] = [
    ConfigurationEntry(
      "merchants.default", optional: \.defaultMerchant, .text("the name of a merchant"), remark: "the only merchant, when there is one",
      example: "acme",
      "Name of the merchant for requests without a `merchant-id` header. With several merchants and no default such requests are rejected.")
  ]

  /// Keys of one merchant, without `merchants.<name>.`.
  static let merchantRows: [ConfigurationEntry<MerchantDraft>] =
    [
      ConfigurationEntry(
        "id", optional: \.id, .uuid, remark: "required", example: "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77",
        "`X-Merchant-Id`; the `merchant-id` header of a request selects by it."),
      ConfigurationEntry("upstreamEnv", optional: \.upstreamEnv, .headerText, remark: "required", example: "stage", "`X-Upstream-Env`."),
      ConfigurationEntry(
        "quota.requestsPerSecond", optional: \.quota.requestsPerSecond, .rate, remark: "none of its own", example: "20",
        "Its share inside `gateway.quota`."),
      ConfigurationEntry(
        "quota.burst", optional: \.quota.burst, .integer(in: 1...100_000), remark: "as `gateway.quota.burst`", example: "5",
        "Requests that may go at once after a pause, shared out like `gateway.quota.burst`."),
    ] + tokenRows.map { merchantTokenRow($0) }

  private static func merchantTokenRow(_ row: ConfigurationEntry<TokenDraft>) -> ConfigurationEntry<MerchantDraft> {
    var row: ConfigurationEntry<MerchantDraft> = row.lifted(into: \.token, prefix: "")
    row.defaultRemark = "as `gateway.\(row.key)`"
    return row
  }
}
