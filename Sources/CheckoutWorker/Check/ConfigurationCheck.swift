/// What the configuration was made from, and whether its addresses go together. Pure: the configuration has been loaded already.
struct ConfigurationCheck {
  let sources: ConfigurationSources
  /// All environment variables.
  let environment: [String: String]
  let gateway: WorkerConfiguration.Gateway

  /// The lines of this check.
  var results: [CheckResult] { [origins, hostedURLOrigin] }

  private var origins: CheckResult {
    var parts = sources.files
    let variables = environment.keys.count { $0.hasPrefix("CHECKOUT_") }
    if variables > 0 { parts.append(HumanText.count(variables, "environment variable")) }
    let flags = sources.overrides.count + sources.kafkaProperties.count
    if flags > 0 { parts.append(HumanText.count(flags, "setting") + " on the command line") }
    return .ok("configuration", parts.isEmpty ? "defaults only, no file given" : parts.joined(separator: ", "))
  }

  /// A gateway of one environment with the shoppers' host of another means that every answer will be refused as untrusted.
  private var hostedURLOrigin: CheckResult {
    let subject = "hosted URL origin \(gateway.hostedURLOrigin)"
    let api = Self.environment { gateway.baseURL.hasPrefix($0.host + "/") }
    let wallet = Self.environment { gateway.hostedURLOrigin == $0.hostedURLOrigin }
    switch (api, wallet) {
    case (let api?, let wallet?) where api == wallet: return .ok(subject, "belongs to \(api.rawValue), as gateway.baseURL does")
    case (let api?, let wallet):
      return .fail(
        subject, "\(wallet.map { "belongs to \($0.rawValue)" } ?? "is not known"), but gateway.baseURL belongs to \(api.rawValue)",
        .wrongUsage,
        advice: "Every answer would be refused. Set gateway.environment: \(api.rawValue), and leave gateway.hostedURLOrigin out.")
    case (nil, .prod?):
      return .warn(
        subject, "is where real shoppers pay, but the gateway is \(gateway.baseURL)", advice: "Make sure that gateway.baseURL is meant.")
    case (nil, _): return .ok(subject, "a gateway of your own (gateway.environment: \(gateway.environment.rawValue))")
    }
  }

  private static func environment(_ matches: (GatewayEnvironment.Addresses) -> Bool) -> GatewayEnvironment? {
    GatewayEnvironment.allCases.first { $0.addresses.map(matches) ?? false }
  }
}
