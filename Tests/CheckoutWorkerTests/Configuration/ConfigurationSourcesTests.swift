import Testing

@testable import CheckoutWorker

/// Where values come from, and who wins.
struct ConfigurationSourcesTests {
  private let fixture: ConfigurationFixture

  init() throws { fixture = try ConfigurationFixture() }

  @Test func defaultsAreTheContracts() throws {
    let configuration = try fixture.load(ConfigurationFixture.merchant, environment: ConfigurationFixture.token).configuration
    #expect(configuration.kafka == WorkerConfiguration.Kafka())
    #expect(configuration.kafka.bootstrapServers == "localhost:9092")
    #expect(configuration.kafka.groupId == "checkout-worker")
    #expect(configuration.kafka.topics.requests == "checkout.session-requests")
    #expect(configuration.kafka.topics.replies == "checkout.session-replies")
    #expect(configuration.kafka.topics.status == "checkout.session-status")
    #expect(configuration.kafka.topics.deadLetters == "checkout.session-requests.dlq")
    #expect(configuration.gateway.environment == .stage)
    #expect(configuration.gateway.baseURL == "https://api-stg.uhg.com/api/financial/commerce/nonprodcheckout/v1")
    #expect(configuration.gateway.hostedURLOrigin == "https://stg-wallet.healthsafepay.com")
    #expect(configuration.gateway.maxConcurrentRequests == 64)
    #expect(configuration.gateway.quota == WorkerConfiguration.Quota(requestsPerSecond: .perSecond(50), burst: 10))
    #expect(configuration.gateway.connectTimeout == .seconds(2))
    #expect(configuration.gateway.requestTimeout == .seconds(15))
    #expect(!configuration.gateway.allowPlaintext)
    #expect(configuration.creation.batch.recordsMax == 500)
    #expect(configuration.creation.batch.bytesMax == 4 * 1024 * 1024)
    #expect(configuration.creation.batch.linger == .milliseconds(20))
    #expect(configuration.creation.batchesInFlight == 4)
    #expect(configuration.creation.batchDeadline == .seconds(30))
    #expect(configuration.creation.maxAttempts == 5)
    #expect(configuration.creation.minimumRemainingLifetime == .seconds(300))
    #expect(configuration.creation.replyTopicsAllowed == ["checkout.session-replies"])
    #expect(configuration.gateway.timeScale == 1)
    #expect(configuration.reconciliation == WorkerConfiguration.Reconciliation())
    #expect(configuration.reconciliation.leaseDuration == .seconds(60))
    #expect(configuration.reconciliation.grace == .seconds(30))
    #expect(configuration.reconciliation.unresolvedAfter == .seconds(24 * 3600))
    #expect(configuration.reconciliation.share == 0.3)
    #expect(configuration.reconciliation.batchMax == 500)
    #expect(configuration.deadLetters.payload == .reference)
    #expect(configuration.ledger.store == .sqlite(path: "checkout-ledger.sqlite"))
    #expect(configuration.ledger.retention == .seconds(7 * 86_400))
    #expect(configuration.admin == WorkerConfiguration.Admin())
    #expect(configuration.admin.host == "127.0.0.1" && configuration.admin.port == 8080)
    #expect(configuration.log == WorkerConfiguration.Log())
    #expect(configuration.merchants.defaultName == "acme")
    #expect(configuration.merchants.all.map(\.token) == [.ready(.value(Secret("ready-token")))])
  }

  @Test func laterSourcesWin() throws {
    let one =
      ConfigurationFixture.merchant
      + "kafka: { groupId: one, bootstrapServers: one:1 }\nlog: { level: error, format: json }\nadmin.port: 1\n"
    let two = "kafka: { bootstrapServers: two:2 }\nlog: { level: notice }\nadmin: { port: 2 }\n"
    let environment = ConfigurationFixture.token.merging(["CHECKOUT_LOG_LEVEL": "debug", "CHECKOUT_ADMIN_PORT": "3"]) { $1 }
    let loaded = try fixture.load(one, two, environment: environment, overrides: [.setting("admin.port=4", flag: "--set")])
    #expect(loaded.configuration.kafka.groupId == "one")
    #expect(loaded.configuration.kafka.bootstrapServers == "two:2")
    #expect(loaded.configuration.log.level == .debug)
    #expect(loaded.configuration.log.format == .json)
    #expect(loaded.configuration.admin.port == 4)
    #expect(loaded.warnings.isEmpty)
  }

  @Test func emptyVariablesAndOtherVariablesAreNotRead() throws {
    let environment = ConfigurationFixture.token.merging(["CHECKOUT_LOG_LEVEL": "", "LOG_LEVEL": "nonsense", "PATH": "/bin"]) { $1 }
    #expect(try fixture.load(ConfigurationFixture.merchant, environment: environment).configuration.log.level == .info)
  }

  @Test(arguments: [
    ("kafka.bootstrapServers", "CHECKOUT_KAFKA_BOOTSTRAP_SERVERS"), ("gateway.baseURL", "CHECKOUT_GATEWAY_BASE_URL"),
    ("gateway.hostedURLOrigin", "CHECKOUT_GATEWAY_HOSTED_URL_ORIGIN"), ("gateway.token", "CHECKOUT_GATEWAY_TOKEN"),
    ("gateway.token.clientSecretFile", "CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET_FILE"), ("gateway.caFile", "CHECKOUT_GATEWAY_CA_FILE"),
    ("creation.batch.recordsMax", "CHECKOUT_CREATION_BATCH_RECORDS_MAX"), ("merchants.acme-eu.id", "CHECKOUT_MERCHANTS_ACME_EU_ID"),
  ])
  func variableNames(key: String, variable: String) {
    #expect(EnvironmentName.variable(forKey: key) == variable)
  }

  @Test func everyKeyHasAVariableOfItsOwn() {
    #expect(EnvironmentConfigurationSource.keys.count == ConfigurationSchema.entries.count)
    #expect(
      ConfigurationSchema.entries.count == ConfigurationSchema.sections.flatMap(\.entries).count
        + ConfigurationSchema.modeScheduleEntries.count)
    #expect(ConfigurationSchema.merchantEntries.count == ConfigurationSchema.merchantRows.count)
  }

  @Test func merchantsFromTheEnvironment() throws {
    let id = "0b8ad1e6-9d93-4d3a-8b1c-2a3d4e5f6a7b"
    let environment = [
      "CHECKOUT_MERCHANTS_ACME_ID": id, "CHECKOUT_MERCHANTS_ACME_TOKEN": "own",
      "CHECKOUT_MERCHANTS_OLD_SHOP_ID": "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77",
      "CHECKOUT_MERCHANTS_OLD_SHOP_UPSTREAM_ENV": "stage", "CHECKOUT_MERCHANTS_DEFAULT": "acme",
      "CHECKOUT_MERCHANTS_OLD_SHOP_QUOTA_REQUESTS_PER_SECOND": "0.5", "CHECKOUT_GATEWAY_TOKEN": "shared",
    ]
    let merchants = try fixture.load("merchants: { acme: { upstreamEnv: blue } }", environment: environment).configuration.merchants
    #expect(merchants.all.map(\.name) == ["acme", "old_shop"])
    #expect(merchants.all.map(\.upstreamEnv) == ["blue", "stage"])
    #expect(merchants.all.map(\.token) == [.ready(.value(Secret("own"))), .ready(.value(Secret("shared")))])
    #expect(merchants.all.map(\.quota) == [nil, WorkerConfiguration.Quota(requestsPerSecond: .perSecond(0.5), burst: 10)])
    #expect(merchants.defaultMerchant?.id == id)
    #expect(merchants.merchant(withId: id.uppercased())?.name == "acme")
    #expect(merchants.merchant(withId: "none") == nil)
  }

  @Test func aMerchantOfAFileIsMeantEvenWhenAnotherReadingIsPossible() throws {
    let yaml = "merchants: { pay-token: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, upstreamEnv: stage } }"
    let environment = ["CHECKOUT_MERCHANTS_PAY_TOKEN_TOKEN": "own", "CHECKOUT_MERCHANTS_PAY_TOKEN_UPSTREAM_ENV": "green"]
    let merchants = try fixture.load(yaml, environment: environment).configuration.merchants
    #expect(merchants.all.map(\.name) == ["pay-token"])
    #expect(merchants.all.map(\.upstreamEnv) == ["green"])
  }

  @Test func librdkafkaPropertiesFromEverywhere() throws {
    let yaml =
      ConfigurationFixture.merchant
      + "kafka:\n  properties:\n    security.protocol: ssl\n    sasl: { mechanism: PLAIN }\n    linger.ms: 1\n"
    let environment = ConfigurationFixture.token.merging(
      ["CHECKOUT_KAFKA_PROPERTIES_SASL_PASSWORD": "p", "CHECKOUT_KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "10"]) { $1 }
    let overrides: [ConfigurationOverride] = [.property("linger.ms=2"), .property("bootstrap.servers=x:1,y:2"), .property("group.id=g")]
    let kafka = try fixture.load(yaml, environment: environment, overrides: overrides).configuration.kafka
    #expect(kafka.properties == ["security.protocol": "ssl", "sasl.mechanism": "PLAIN", "linger.ms": "2", "fetch.wait.max.ms": "10"])
    #expect(kafka.secretProperties == ["sasl.password": .value(Secret("p"))])
    #expect(kafka.bootstrapServers == "x:1,y:2")
    #expect(kafka.groupId == "g")
  }

  @Test func listsFromYAMLAndFromText() throws {
    let yaml = ConfigurationFixture.merchant + "creation:\n  replyTopicsAllowed: [a, b]\n"
    #expect(
      try fixture.load(yaml, environment: ConfigurationFixture.token).configuration.creation.replyTopicsAllowed == [
        "a", "b", "checkout.session-replies",
      ])
    let environment = ConfigurationFixture.token.merging(["CHECKOUT_CREATION_REPLY_TOPICS_ALLOWED": "c, checkout.session-replies"]) { $1 }
    #expect(
      try fixture.load(yaml, environment: environment).configuration.creation.replyTopicsAllowed == ["c", "checkout.session-replies"])
  }

  @Test func commandsWithoutTheGatewayNeedNeitherMerchantsNorCredentials() throws {
    let yaml = "gateway: { environment: custom, token: { clientId: x, clientSecretFile: /nowhere } }"
    let configuration = try fixture.load(yaml, needsGateway: false).configuration
    #expect(configuration.merchants.all.isEmpty)
  }
}
