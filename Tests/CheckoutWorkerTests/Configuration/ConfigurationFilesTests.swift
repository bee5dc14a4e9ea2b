import FoundationEssentials
import Testing

@testable import CheckoutWorker

/// The files in `config/`. `UPDATE_GENERATED=1` (make reference) writes the generated ones anew.
struct ConfigurationFilesTests {
  private let fixture: ConfigurationFixture

  init() throws { fixture = try ConfigurationFixture() }

  private static func path(_ name: String) -> String { ConfigurationFixture.root.appending(path: "config/\(name)").path }

  @Test(arguments: ["reference.md", "default.yaml"])
  func generatedFilesAreCurrent(name: String) throws {
    let text = name == "reference.md" ? ConfigurationReference.markdown() : DefaultConfigurationFile.yaml()
    let path = Self.path(name)
    if ProcessInfo.processInfo.environment["UPDATE_GENERATED"] == "1" { try Data(text.utf8).write(to: URL(filePath: path)) }
    let committed = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    let isCurrent = committed == text
    #expect(isCurrent, "config/\(name) is out of date: make reference")
  }

  @Test func theDefaultFileChangesNothing() throws {
    let environment = ConfigurationFixture.token
    let without = try fixture.load(ConfigurationFixture.merchant, environment: environment)
    let merchant = try fixture.write(ConfigurationFixture.merchant, to: "merchant.yaml")
    let with = try ConfigurationLoader(files: [Self.path("default.yaml"), merchant], environment: environment).load()
    #expect(with == without)
    #expect(with.warnings.isEmpty)
  }

  @Test func theCommentedExamplesOfTheDefaultFileAreValid() throws {
    let lines = DefaultConfigurationFile.yaml().split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      let content = line.trimmingPrefix { $0 == " " }
      // "# key: value" is an example; "# Words in a sentence." is not.
      guard content.hasPrefix("# "), let name = content.dropFirst(2).split(separator: ":").first,
        name.allSatisfy({ $0.isLetter || $0 == "." }),
        name.first?.isLowercase == true
      else { return String(line) }
      return String(line.prefix { $0 == " " }) + content.dropFirst(2)
    }
    let problems = try fixture.problems(lines.joined(separator: "\n"), needsGateway: false)
    // All examples together contradict each other in these places, and name files that are not here; nothing else is wrong with them.
    let expected = ["basePath", "File", ".file", "caFile", "noProxy", "clientSecret"]
    #expect(problems.allSatisfy { problem in expected.contains { problem.contains($0) } }, "\(problems)")
    #expect(!problems.contains { $0.contains("not a known key") || $0.contains("YAML") }, "\(problems)")
    #expect(lines.contains("gateway:") && lines.contains("    acme:") == false)
  }

  @Test(arguments: ["local.yaml", "stage.yaml", "prod.yaml"])
  func environmentFilesLoad(name: String) throws {
    var environment = ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET_FILE": try fixture.write("secret\n", to: "client-secret")]
    if name != "local.yaml" {
      environment["CHECKOUT_KAFKA_BOOTSTRAP_SERVERS"] = "kafka.example.com:9093"
      environment["CHECKOUT_KAFKA_PROPERTIES_SASL_USERNAME"] = "worker"
      environment["CHECKOUT_KAFKA_PROPERTIES_SASL_PASSWORD_FILE"] = try fixture.write("password\n", to: "sasl-password")
      environment["CHECKOUT_MERCHANTS_MAIN_ID"] = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"
      environment["CHECKOUT_GATEWAY_TOKEN_CLIENT_ID"] = "checkout-worker"
    }
    let loaded = try ConfigurationLoader(files: [Self.path(name)], environment: environment).load()
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    #expect(loaded.configuration.merchants.defaultMerchant?.token != nil)
    #expect(!loaded.configuration.gateway.allowPlaintext)
    #expect(loaded.configuration.gateway.environment.rawValue == (name == "local.yaml" ? "custom" : String(name.prefix { $0 != "." })))
  }

  @Test func prodHasTheAddressesOfTheContract() throws {
    let yaml = ConfigurationFixture.merchant + "gateway: { environment: prod }"
    let gateway = try fixture.load(yaml, environment: ConfigurationFixture.token).configuration.gateway
    #expect(gateway.baseURL == "https://api.uhg.com/api/financial/commerce/checkout/v1")
    #expect(gateway.hostedURLOrigin == "https://wallet.healthsafepay.com")
    #expect(gateway.appEnv == "prod")
    let moved = try fixture.load(yaml + "\ngateway.basePath: /other/v2/", environment: ConfigurationFixture.token).configuration.gateway
    #expect(moved.baseURL == "https://api.uhg.com/other/v2")
  }

  @Test func everyKeyIsDocumented() {
    let page = ConfigurationReference.markdown()
    for section in ConfigurationSchema.sections {
      for entry in section.entries {
        #expect(page.contains("| `\(entry.key)` |"))
        #expect(entry.text.count > 10 || entry.key.hasSuffix("clientId"))
        #expect(entry.defaultText != nil || entry.defaultRemark != nil || entry.example != nil || entry.isSecret, "\(entry.key)")
      }
    }
  }
}
