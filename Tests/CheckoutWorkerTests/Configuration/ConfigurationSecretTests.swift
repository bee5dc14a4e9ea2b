import FoundationEssentials
import Testing

@testable import CheckoutWorker

/// Credentials: where they may come from, and that they never show.
struct ConfigurationSecretTests {
  private let fixture: ConfigurationFixture

  init() throws { fixture = try ConfigurationFixture() }

  @Test func aSecretNeverShows() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump([secret: secret], to: &dumped)
    for text in [
      "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", "\(SecretSource.value(secret))", dumped,
    ] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("[secret]"))
    }
    #expect(secret.reveal() == "hunter2")
  }

  @Test func aWholeConfigurationShowsNoCredential() throws {
    let environment = [
      "CHECKOUT_GATEWAY_TOKEN_CLIENT_ID": "id", "CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": "hunter2", "CHECKOUT_ADMIN_TOKEN": "hunter2",
      "CHECKOUT_KAFKA_PROPERTIES_SASL_PASSWORD": "hunter2", "CHECKOUT_MERCHANTS_ACME_TOKEN": "hunter2",
    ]
    let loaded = try fixture.load(ConfigurationFixture.merchant, environment: environment)
    var dumped = ""
    dump(loaded, to: &dumped)
    #expect(!dumped.contains("hunter2") && !"\(loaded)".contains("hunter2"))
    #expect(dumped.contains("[secret]"))
  }

  @Test func noMessageShowsACredential() throws {
    let yaml = """
      gateway:
        token: hunter2
        proxy: { url: "http://user:hunter2@proxy" }
        baseURL: https://user:hunter2@host
      admin: { token: hunter2 }
      kafka: { properties: { sasl.password: hunter2 } }
      ledger: { url: "postgres://user:hunter2@host/db" }
      """
    let environment = ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": "hunter2\nhunter2", "CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRETS": "hunter2"]
    let problems = try fixture.problems(
      yaml, environment: environment, overrides: [.setting("gateway.token=hunter2", flag: "--set"), .property("sasl.password hunter2")])
    #expect(problems.count > 8)
    #expect(!problems.joined().contains("hunter2"))
    let broken = try fixture.problems("admin: { token: hunter2, token: hunter2 }\n", "token: \"hunter2\nadmin: {")
    #expect(broken.count >= 2)
    #expect(!broken.joined().contains("hunter2"))
  }

  @Test func clientCredentialsFromAFileAreReadWhenNeeded() throws {
    let path = try fixture.write("first\n", to: "secret")
    let yaml = ConfigurationFixture.merchant + "gateway: { token: { clientId: me, clientSecretFile: \(path) } }"
    let loaded = try fixture.load(yaml)
    guard case .clientCredentials(let credentials) = loaded.configuration.merchants.all[0].token else {
      return #expect(Bool(false), "no credentials")
    }
    #expect(credentials.clientId == "me")
    #expect(credentials.url == "https://api.uhg.com/oauth2/token")
    #expect(credentials.scope == "financial/commerce/nonprodcheckout:merchant")
    #expect(credentials.clientSecret == .file(path))
    #expect(try credentials.clientSecret.read() == Secret("first"))
    try fixture.write("second", to: "secret")
    #expect(try credentials.clientSecret.read() == Secret("second"))
    #expect(loaded.warnings.isEmpty)
  }

  @Test func aMerchantInheritsWhatItDoesNotGive() throws {
    let path = try fixture.write("own", to: "own")
    let yaml = """
      gateway: { environment: prod, token: { clientId: shared, scope: a b } }
      merchants:
        default: one
        one: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, upstreamEnv: prod, token: { clientSecretFile: \(path), clientId: mine } }
        two: { id: 0b8ad1e6-9d93-4d3a-8b1c-2a3d4e5f6a7b, upstreamEnv: prod }
      """
    let merchants = try fixture.load(yaml, environment: ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": "s"]).configuration.merchants
    let url = "https://api.uhg.com/oauth2/token"
    #expect(
      merchants.all.map(\.token) == [
        .clientCredentials(.init(url: url, clientId: "mine", clientSecret: .file(path), scope: "a b")),
        .clientCredentials(.init(url: url, clientId: "shared", clientSecret: .value(Secret("s")), scope: "a b")),
      ])
  }

  @Test func doubtfulFilesAreWarnings() throws {
    let path = try fixture.write("token", to: "token", mode: 0o644)
    let yaml = ConfigurationFixture.merchant + "gateway: { token: { file: \(path), clientId: unused } }\nadmin: { host: 0.0.0.0 }"
    let warnings = try fixture.load(yaml, overrides: [.property("sasl.password=p")]).warnings.map(\.description)
    try #require(warnings.count == 4, "\(warnings)")
    #expect(warnings[0].contains("-X: kafka.properties.sasl.password: is a credential, and others can see it"))
    #expect(warnings[1].contains("gateway.token.file") && warnings[1].contains("can be read by others"))
    #expect(warnings[2].contains("gateway.token.clientId: is not used"))
    #expect(warnings[3].contains("admin.host") && warnings[3].contains("admin.tokenFile"))
  }

  @Test func unusableFiles() throws {
    let link = fixture.folder.appending(path: "link").path
    let target = try fixture.write("value", to: "target")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(try SecretFile(path: link).read() == Secret("value"))
    let cases: [(String, SecretFileError.Code)] = [
      (fixture.folder.appending(path: "none").path, .missing), (fixture.folder.path, .notAFile),
      (try fixture.write(" \n", to: "empty"), .empty),
      (try fixture.write(String(repeating: "a", count: SecretFile.bytesMax + 1), to: "large"), .tooLarge),
      (try fixture.write("a\u{0}b", to: "binary"), .notText),
    ]
    for (path, code) in cases {
      let error = #expect(throws: SecretFileError.self) { try SecretFile(path: path).read() }
      #expect(error == SecretFileError(path: path, code: code))
    }
  }
}
