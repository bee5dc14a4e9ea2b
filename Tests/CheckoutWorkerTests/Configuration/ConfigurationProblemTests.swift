import Testing

@testable import CheckoutWorker

/// What is refused, and what the message says.
struct ConfigurationProblemTests {
  private let fixture: ConfigurationFixture

  init() throws { fixture = try ConfigurationFixture() }

  @Test func everythingIsListedAtOnce() throws {
    let yaml = """
      kafka:
        bootstrapServer: a:1
        topics: { requests: "no spaces" }
      gateway:
        requestTimeout: 15
        quota: { burst: 0 }
      creation: { batch: { bytesMax: 1KiB } }
      merchants: { default: nobody }
      """
    let environment = ["CHECKOUT_LOG_LEVEL": "loud", "CHECKOUT_LOG_LEVELS": "info"]
    let problems = try fixture.problems(yaml, environment: environment, overrides: [.property("acks=1"), .property("novalue")])
    let expected = [
      "CHECKOUT_LOG_LEVELS: is not a known variable; did you mean CHECKOUT_LOG_LEVEL?", "-X: expected name=value",
      "0.yaml:2: kafka.bootstrapServer: is not a known key; did you mean kafka.bootstrapServers?",
      "0.yaml:3: kafka.topics.requests: expected a topic name: 1 to 249 letters, digits, '.', '_' and '-', got \"no spaces\"",
      "0.yaml:5: gateway.requestTimeout: expected a duration with its unit (ms, s, m, h, d) such as 15s, 1ms to 2m, got \"15\"",
      "0.yaml:6: gateway.quota.burst: expected a whole number, 1 to 100000, got \"0\"",
      "0.yaml:7: creation.batch.bytesMax: expected a size with its unit (B, KiB, MiB, GiB) such as 4MiB, 256KiB to 256MiB, got \"1KiB\"",
      "CHECKOUT_LOG_LEVEL: log.level: expected one of trace, debug, info, notice, warning, error, critical, got \"loud\"",
      "-X: kafka.properties.acks: must stay all: a reply counts only when every in-sync replica has it",
      "merchants: expected at least one merchant: merchants.<name>.id and merchants.<name>.upstreamEnv",
      "gateway.token: expected credentials: gateway.token.clientId with gateway.token.clientSecretFile or CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET; "
        + "or a ready token in gateway.token.file or CHECKOUT_GATEWAY_TOKEN",
      "0.yaml:8: merchants.default: expected the name of a merchant (there is none), got \"nobody\"",
    ]
    #expect(problems == expected)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let yaml: String
    var environment: [String: String] = [:]
    /// Parts of the one problem that there must be.
    let parts: [String]
    var testDescription: String { parts.joined(separator: " … ") }
  }

  @Test(arguments: [
    Case(yaml: "gateway: { environment: qa }", parts: ["gateway.environment", "one of prod, stage, custom", "\"qa\""]),
    Case(
      yaml: "gateway: { environment: custom, baseURL: 'https://a/v1' }",
      parts: ["gateway.hostedURLOrigin", "because gateway.environment is custom"]),
    Case(
      yaml: "gateway: { environment: custom, hostedURLOrigin: 'https://a' }",
      parts: ["gateway.baseURL", "because gateway.environment is custom"]),
    Case(
      yaml: "gateway: { baseURL: 'http://api.example.com/v1' }", parts: ["gateway.baseURL", "expected https", "gateway.allowPlaintext"]),
    Case(yaml: "gateway: { baseURL: 'https://u:p@api.example.com' }", parts: ["gateway.baseURL", "without user"]),
    Case(yaml: "gateway: { baseURL: 'https://a/v1/sessions' }", parts: ["gateway.baseURL", "without /sessions"]),
    Case(
      yaml: "gateway: { baseURL: 'https://a/v1', basePath: /v2 }", parts: ["gateway.basePath", "contradicts gateway.baseURL (0.yaml:3)"]),
    Case(
      yaml: "gateway: { hostedURLOrigin: 'http://wallet.example.com' }", parts: ["gateway.hostedURLOrigin", "https://host without a path"]),
    Case(
      yaml: "gateway: { hostedURLOrigin: 'https://wallet.example.com/app' }",
      parts: ["gateway.hostedURLOrigin", "https://host without a path"]),
    Case(yaml: "gateway: { environment: prod, allowPlaintext: true }", parts: ["gateway.allowPlaintext", "prod"]),
    Case(yaml: "gateway: { allowPlaintext: yes }", parts: ["gateway.allowPlaintext", "true or false", "\"yes\""]),
    Case(yaml: "gateway: { token: abc }", parts: ["gateway.token", "must not stand here", "gateway.token.file or CHECKOUT_GATEWAY_TOKEN"]),
    Case(
      yaml: "gateway: { token: { clientSecret: abc } }",
      parts: [
        "gateway.token.clientSecret", "must not stand here", "gateway.token.clientSecretFile or CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET",
      ]),
    Case(
      yaml: "gateway: { token: { file: /nowhere/token } }",
      parts: ["gateway.token.file", "contradicts gateway.token (CHECKOUT_GATEWAY_TOKEN)"]),
    Case(
      yaml: "gateway: { token: { clientId: a, clientSecretFile: /nowhere } }",
      parts: ["gateway.token", "contradicts gateway.token.clientSecretFile (0.yaml:3)"]),
    Case(yaml: "gateway: { caFile: /nowhere.pem }", parts: ["gateway.caFile", "/nowhere.pem"]),
    Case(yaml: "gateway: { quota: { requestsPerSecond: -1 } }", parts: ["gateway.quota.requestsPerSecond", "or unlimited"]),
    Case(
      yaml: "gateway: { requestTimeout: 31s }\nreconciliation: { grace: 1m }",
      parts: ["creation.batchDeadline", "gateway.requestTimeout (0.yaml:3)", "31s"]),
    Case(yaml: "gateway: { proxy: { url: 'http://u:p@proxy:3128' } }", parts: ["gateway.proxy.url", "without user"]),
    Case(yaml: "gateway: { proxy: { url: 'http://proxy:3128', user: u } }", parts: ["gateway.proxy.user", "passwordFile"]),
    Case(yaml: "gateway: { timeScale: 60 }", parts: ["0.yaml:3: gateway.timeScale", "must be 1 unless gateway.environment is custom"]),
    Case(yaml: "gateway: { environment: prod, timeScale: 2 }", parts: ["gateway.timeScale", "custom"]),
    Case(yaml: "gateway: { timeScale: 0.5 }", parts: ["gateway.timeScale", "1 to 1000", "\"0.5\""]),
    Case(yaml: "gateway: 5", parts: ["0.yaml:3: gateway", "is a section"]),
    Case(yaml: "gateway: { requestTimeout: }", parts: ["0.yaml:3: gateway.requestTimeout", "has no value"]),
    Case(yaml: "gateway: { requestTimeout: [1s] }", parts: ["gateway.requestTimeout", "got a list"]),
    Case(yaml: "creation: { minimumRemainingLifetime: 15m }", parts: ["creation.minimumRemainingLifetime", "0s to 14m", "\"15m\""]),
    Case(yaml: "creation: { batch: { bytesMax: 255KiB } }", parts: ["creation.batch.bytesMax", "256KiB to 256MiB"]),
    Case(yaml: "creation: { replyTopicsAllowed: [checkout.session-requests] }", parts: ["creation.replyTopicsAllowed", "its own replies"]),
    Case(
      yaml: "kafka: { topics: { replies: checkout.session-requests } }",
      parts: ["kafka.topics.replies", "contradicts kafka.topics.requests"]),
    Case(yaml: "kafka: { properties: { sasl.password: x } }", parts: ["sasl.password", "must not stand in a file", "sasl.passwordFile"]),
    Case(
      yaml: "kafka: { properties: { sasl.passwordFile: /nowhere } }",
      parts: ["kafka.properties.sasl.passwordFile", "there is no such file"]),
    Case(yaml: "kafka: { properties: { enable.auto.commit: true } }", parts: ["enable.auto.commit", "must stay false"]),
    Case(yaml: "kafka: { properties: { enable.idempotence: false } }", parts: ["enable.idempotence", "must stay true"]),
    Case(yaml: "kafka: { properties: { Acks: all } }", parts: ["kafka.properties.Acks", "librdkafka property"]),
    Case(yaml: "deadLetters: { payload: all }", parts: ["deadLetters.payload", "reference, full, redacted"]),
    Case(yaml: "ledger: { url: 'postgres://u:secret@h/d' }", parts: ["ledger.url", "sqlite:PATH, memory:", "ledger.passwordFile"]),
    Case(yaml: "ledger: { url: 'postgres://u@h/d?sslmode=prefer' }", parts: ["ledger.url", "verify-full"]),
    Case(yaml: "ledger: { url: 'postgres://u@h' }", parts: ["ledger.url", "/DATABASE"]),
    Case(yaml: "ledger: { url: 'postgres://u@h/d', schema: 'Checkout' }", parts: ["ledger.schema", "a-z"]),
    Case(yaml: "ledger: { url: 'postgres://u@h/d?sslcert=/c' }", parts: ["ledger.url", "sslcert and sslkey"]),
    Case(yaml: "ledger: { url: 'sqlite:' }", parts: ["ledger.url", "sqlite:PATH"]),
    Case(yaml: "admin: { port: 70000 }", parts: ["admin.port", "0 to 65535"]),
    Case(yaml: "admin: { tokenFile: /nowhere }", parts: ["admin.tokenFile", "there is no such file"]),
    Case(yaml: "ADMIN: { port: 1 }", parts: ["ADMIN.port", "did you mean admin.port?"]),
    Case(yaml: "batch: { linger: 1ms }", parts: ["batch.linger", "did you mean creation.batch.linger?"]),
    Case(yaml: "replay: { auditTopics: t }", parts: ["replay.auditTopics", "is not a known key"]),
    Case(yaml: "replay: { maxAttempts: 0 }", parts: ["replay.maxAttempts", "1 to 1000"]),
    Case(yaml: "replay: { auditTopic: checkout.session-requests }", parts: ["replay.auditTopic", "kafka.topics.requests"]),
    Case(
      yaml: "", environment: ["CHECKOUT_KAFKA_GROUP": "g"],
      parts: ["CHECKOUT_KAFKA_GROUP", "is not a known variable; did you mean CHECKOUT_KAFKA_GROUP_ID?"]),
    Case(yaml: "admin: [1, 2", parts: ["0.yaml:", "is not valid YAML"]),
    Case(yaml: "admin: { port: 1, port: 2 }", parts: ["0.yaml:3", "the same key more than once", "port"]),
  ])
  func oneProblem(_ sample: Case) throws {
    let environment = ConfigurationFixture.token.merging(sample.environment) { $1 }
    var problems = try fixture.problems(ConfigurationFixture.merchant + sample.yaml, environment: environment)
    // A file that is no YAML gives nothing, so what it would have given is missing too.
    if problems.first?.contains("valid YAML") == true || problems.first?.contains("same key") == true {
      problems = Array(problems.prefix(1))
    }
    try #require(problems.count == 1, "\(problems)")
    for part in sample.parts { #expect(problems[0].contains(part), "\(problems[0])") }
    #expect(!problems[0].contains("ready-token"))
  }

  @Test(arguments: [
    ("{ acme: { upstreamEnv: stage } }", ["merchants.acme.id: expected a UUID, the merchant's X-Merchant-Id"]),
    (
      "{ acme: { id: x, upstreamEnv: stage } }",
      ["0.yaml:1: merchants.acme.id: expected a UUID such as 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, got \"x\""]
    ),
    ("{ acme: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77 } }", ["merchants.acme.upstreamEnv: expected the merchant's X-Upstream-Env"]),
    (
      "{ acme: }",
      [
        "0.yaml:1: merchants.acme: has no value: give one or remove the line",
        "merchants: expected at least one merchant: merchants.<name>.id and merchants.<name>.upstreamEnv",
      ]
    ),
    (
      "{ a: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, upstreamEnv: s }, b: { id: 5D1F4A4E-2F43-4F0B-9D0A-6D1C6A1F3B77, upstreamEnv: s } }",
      ["0.yaml:1: merchants.b.id: contradicts merchants.a.id (0.yaml:1): both have the same id; a request selects by it"]
    ),
    (
      "{ a: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, upstreamEnv: s, qota: { burst: 1 }, upstreamenv: s } }",
      [
        "0.yaml:1: merchants.a.qota.burst: is not a known key; did you mean merchants.a.quota.burst?",
        "0.yaml:1: merchants.a.upstreamenv: is not a known key; did you mean merchants.a.upstreamEnv?",
      ]
    ),
    (
      "{ a: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, upstreamEnv: s, quota: { burst: 1 } } }",
      ["0.yaml:1: merchants.a.quota.burst: expected merchants.a.quota.requestsPerSecond beside it"]
    ),
  ])
  func merchants(yaml: String, expected: [String]) throws {
    #expect(try fixture.problems("merchants: \(yaml)", environment: ConfigurationFixture.token) == expected)
  }

  @Test func whatKubernetesAddsIsNoProblem() throws {
    let environment = ConfigurationFixture.token.merging([
      "CHECKOUT_WORKER_SERVICE_HOST": "10.0.0.1", "CHECKOUT_WORKER_SERVICE_PORT_HTTP": "80", "CHECKOUT_WORKER_PORT_80_TCP_ADDR": "10.0.0.1",
    ]) { $1 }
    let warnings = try fixture.load(ConfigurationFixture.merchant, environment: environment).warnings
    #expect(warnings.count == 3)
    #expect(warnings.allSatisfy { $0.description.contains("service link") })
  }

  @Test func missingAndUnusableFiles() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationLoader(files: ["/nowhere.yaml"], environment: [:], needsGateway: false).load()
    }
    #expect(error?.description == "/nowhere.yaml: cannot be read: expected a YAML file")
    #expect(
      try fixture.problems("- a\n- b", needsGateway: false) == ["0.yaml:1: expected a mapping of keys at the top of the file, got a list"])
    #expect(try fixture.problems("# nothing\n", "", needsGateway: false) == [])
  }
}
