extension ConfigurationResolver {
  /// `merchants.*`: at least one, each complete, ids unique, the default among them.
  mutating func resolveMerchants() -> WorkerConfiguration.Merchants {
    let names = draft.merchants.keys.sorted()
    if names.isEmpty, needsGateway {
      report("merchants", "expected at least one merchant: merchants.<name>.id and merchants.<name>.upstreamEnv")
    }
    let shared = resolveToken(draft.gateway.token, prefix: "gateway.", fallback: nil)
    if needsGateway, shared == nil, names.isEmpty { reportMissingCredentials("gateway.") }

    var merchants: [WorkerConfiguration.Merchant] = []
    for name in names {
      guard let merchant = draft.merchants[name] else { continue }
      merchants.append(resolve(merchant, name: name, shared: shared))
    }
    let needy = merchants.filter { $0.token == nil }
    if needsGateway, !needy.isEmpty, !hasTokenProblem {
      reportMissingCredentials(needy.count == merchants.count ? "gateway." : "merchants.\(needy[0].name).")
    }
    reportSharedIds(merchants)
    return WorkerConfiguration.Merchants(all: merchants, defaultName: resolveDefault(names))
  }

  private mutating func resolve(_ merchant: MerchantDraft, name: String, shared: WorkerConfiguration.Token?) -> WorkerConfiguration.Merchant
  {
    let prefix = "merchants.\(name)."
    if merchant.id == nil, needsGateway { report(prefix + "id", "expected a UUID, the merchant's X-Merchant-Id") }
    if merchant.upstreamEnv == nil, needsGateway { report(prefix + "upstreamEnv", "expected the merchant's X-Upstream-Env") }
    if let url = merchant.token.url { checkTransport(of: url, key: prefix + "token.url") }
    var quota: WorkerConfiguration.Quota?
    if let rate = merchant.quota.requestsPerSecond {
      quota = WorkerConfiguration.Quota(requestsPerSecond: rate, burst: merchant.quota.burst ?? draft.gateway.quota.burst)
    } else if merchant.quota.burst != nil {
      report(prefix + "quota.burst", "expected \(prefix)quota.requestsPerSecond beside it")
    }
    return WorkerConfiguration.Merchant(
      name: name, id: merchant.id ?? "", upstreamEnv: merchant.upstreamEnv ?? "", quota: quota,
      token: resolveToken(merchant.token, prefix: prefix, fallback: draft.gateway.token) ?? shared)
  }

  private mutating func reportSharedIds(_ merchants: [WorkerConfiguration.Merchant]) {
    for (index, merchant) in merchants.enumerated() where !merchant.id.isEmpty {
      guard let other = merchants[..<index].first(where: { $0.id.lowercased() == merchant.id.lowercased() }) else { continue }
      reportContradiction(
        "merchants.\(merchant.name).id", with: "merchants.\(other.name).id", "both have the same id; a request selects by it")
    }
  }

  private mutating func resolveDefault(_ names: [String]) -> String? {
    guard let name = draft.defaultMerchant else { return names.count == 1 ? names.first : nil }
    guard !names.contains(name), needsGateway else { return name }
    let known = names.isEmpty ? "there is none" : names.joined(separator: ", ")
    report("merchants.default", "expected the name of a merchant (\(known)), got \"\(name.prefix(80))\"")
    return nil
  }
}
