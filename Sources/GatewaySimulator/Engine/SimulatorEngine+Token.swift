import CheckoutSession
import NIOHTTP1

extension SimulatorEngine {
  /// `POST /oauth2/token` (`contract/gateway.md`, "Token"; errors as RFC 6749, 5.2).
  mutating func token(_ request: IncomingRequest, at now: Int64) -> Plan {
    if let plan = outage(on: .token, at: now) { return plan }
    tokenRequests += 1
    let rules = scenario.tokens
    var random = KeyedRandom(seed: configuration.seed, key: StableKey("token".utf8), ordinal: tokenRequests, purpose: .latency)
    let latency = rules.latency.drawNanoseconds(using: &random)
    random = KeyedRandom(seed: configuration.seed, key: StableKey("token".utf8), ordinal: tokenRequests, purpose: .fault)
    let fails = random.unit() < rules.error500
    if fails { tally.count(.error500) }
    return Plan(answer: fails ? .failure(.internalServerError) : tokenAnswer(request, at: now), delayNanoseconds: latency)
  }

  private mutating func tokenAnswer(_ request: IncomingRequest, at now: Int64) -> Answer {
    guard request.headers.first(name: "content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
      return Self.refused(.badRequest, "invalid_request", "Content-Type must be application/x-www-form-urlencoded")
    }
    let form = FormFields(request.body)
    guard form["grant_type"] == "client_credentials" else {
      return Self.refused(.badRequest, "unsupported_grant_type", "grant_type must be client_credentials")
    }
    guard let id = form["client_id"], !id.isEmpty, let secret = form["client_secret"], !secret.isEmpty else {
      return Self.refused(.unauthorized, "invalid_client", "client_id and client_secret are required")
    }
    let client = scenario.tokens.clients.first { $0.id == id }
    if !scenario.tokens.clients.isEmpty, client == nil { return Self.refused(.unauthorized, "invalid_client", "Unknown client") }
    if let expected = client?.secret, expected != secret {
      return Self.refused(.unauthorized, "invalid_client", "Wrong client credentials")
    }
    let scope = form["scope"] ?? ""
    if let expected = client?.scope, expected != scope {
      return Self.refused(.badRequest, "invalid_scope", "The scope is not this client's")
    }
    let lifetime = scaled(scenario.tokens.lifetime.wholeNanoseconds)
    let token = tokens.issue(to: id, client: client, seed: configuration.seed, at: now, lifetimeNanoseconds: lifetime)
    return Answer.json(.ok) { body in
      body.member("access_token", token)
      body.member("expires_in", lifetime / 1_000_000_000)
      body.member("refresh_expires_in", 0)
      body.member("token_type", "Bearer")
      body.member("not-before-policy", 0)
      body.member("scope", scope)
    }
  }

  private static func refused(_ status: HTTPResponseStatus, _ error: String, _ description: String) -> Answer {
    Answer.json(status) { body in
      body.member("error", error)
      body.member("error_description", description)
    }
  }
}
