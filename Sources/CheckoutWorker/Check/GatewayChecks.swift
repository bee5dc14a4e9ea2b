import CheckoutSession
import CheckoutSession
import Gateway
import Logging

/// Whether the gateway can be reached and gives every merchant a token. Makes no session.
struct GatewayChecks {
  let assembly: WorkerAssembly
  let logger: Logger

  /// The gateway's line, then one for each merchant.
  func run() async -> [CheckResult] {
    let settings: GatewayConfiguration
    let client: GatewayClient
    do {
      settings = try assembly.gateway()
      client = try GatewayClient(configuration: settings, logger: logger)
    } catch {
      return [
        .fail(
          "gateway", "\(error)", PartFailure.exitStatus(for: error), advice: "Mend the configuration; config/reference.md lists every key.")
      ]
    }
    // Connecting has its own limit, and each token a request's.
    let limit = settings.connectTimeout * 2 + settings.requestTimeout * (settings.merchants.count + 1) + .seconds(5)
    let found = await Deadline.wait(limit) {
      let report = await client.probe()
      if report.isSuccess { await withCheckedContinuation { done in client.askTime { done.resume() } } }
      return (report, client.clockSkew)
    }
    await client.shutdown(grace: .zero)
    guard let (report, skew) = found else {
      return [.fail("gateway", "no answer within \(HumanText.duration(limit))", .tryAgainLater, advice: Self.reachAdvice)]
    }
    return results(report, merchants: settings.merchants) + [clock(skew, isAsked: report.isSuccess)]
  }

  /// The line for the difference of the clocks. Pure.
  func clock(_ skew: Duration?, isAsked: Bool) -> CheckResult {
    let subject = "clock"
    guard let skew else {
      return .skip(subject, isAsked ? "the gateway's answers do not tell the time" : "the gateway cannot be asked for the time")
    }
    let tolerance = HumanText.duration(GatewayTime.tolerance)
    let distance = skew < .zero ? .zero - skew : skew
    // The answer's whole seconds make a second's difference of none.
    guard distance > GatewayTime.tolerance + .seconds(1) else { return .ok(subject, "within \(tolerance) of the gateway's") }
    return .warn(
      subject, "\(HumanText.duration(distance)) \(skew < .zero ? "ahead of" : "behind") the gateway's",
      advice: "Look after this host's NTP. Until then sessions are judged by the gateway's clock, as soon as it has answered.")
  }

  /// The lines for what was found. Pure.
  func results(_ report: ProbeReport, merchants: [MerchantConfiguration]) -> [CheckResult] {
    var results = report.findings.prefix(1).map(connection)
    // Merchants with the same credentials share a token, which is asked for once: under the name of the first.
    let findings = Dictionary(report.findings.dropFirst().map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
    for merchant in merchants {
      let subject = "token of merchant \(merchant.name)"
      if let finding = findings[subject] {
        results.append(token(finding))
      } else if let first = merchants.first(where: { $0.token == merchant.token }) {
        results.append(.skip(subject, "same credentials as merchant \(first.name)"))
      }
    }
    return results
  }

  private func connection(_ finding: ProbeReport.Finding) -> CheckResult {
    guard let failure = finding.failure else { return .ok(finding.subject, "reachable") }
    // The failure names the peer too, which may be a proxy; not twice if it is the gateway itself.
    let peer = finding.subject.split(separator: " ").last.map { "\($0): " } ?? ""
    let detail = failure.detail.hasPrefix(peer) ? String(failure.detail.dropFirst(peer.count)) : failure.detail
    return .fail(finding.subject, detail, PartFailure.exitStatus(for: failure), advice: Self.reachAdvice)
  }

  private static let reachAdvice =
    "Check gateway.baseURL, DNS, firewall and proxy (gateway.proxy.url); for a private authority set gateway.caFile."

  private func token(_ finding: ProbeReport.Finding) -> CheckResult {
    guard let failure = finding.failure else { return .ok(finding.subject, "obtained") }
    let status = PartFailure.exitStatus(for: failure)
    return .fail(
      finding.subject, failure.detail, status,
      advice: status == .refused
        ? "Check the client id, the content of the secret file and the scope (gateway.token.* or merchants.<name>.token.*); ask who issued them."
        : "Check gateway.token.url and the way there; the token endpoint may be down.")
  }
}
