import Testing

@testable import Gateway

/// Configuration: what is refused, and how it is said.
struct ConfigurationTests {
  @Test func allProblemsAreReportedAtOnce() throws {
    var configuration = GatewayTestSupport.configuration(port: 1)
    configuration.baseURL = "http://gateway.example/base/"
    configuration.hostedURLOrigin = "http://wallet.example"
    configuration.maxConcurrentRequests = 0
    configuration.requestTimeout = .zero
    configuration.noProxy = NoProxyList(["10.0.0.0/99"])
    configuration.merchants[0].id = "x"
    configuration.merchants[0].upstreamEnv = "a\r\nb"
    configuration.merchants.append(
      MerchantConfiguration(
        name: "main", id: "6f0a4d7b-8a55-4f1c-8e4d-5a609b2d7c1e", upstreamEnv: "stage",
        token: .clientCredentials(url: "ftp://x", clientID: "", clientSecret: .value(Secret("")), scope: nil)))
    let error = try #require(throws: GatewayConfigurationError.self) { try GatewayClient(configuration: configuration) }
    #expect(
      error.problems.map(\.field) == [
        "gateway.baseURL", "gateway.baseURL", "gateway.hostedURLOrigin", "gateway.maxConcurrentRequests", "gateway.requestTimeout",
        "gateway.noProxy", "merchants.main.id", "merchants.main.upstreamEnv", "merchants.main", "merchants.main.token.url",
        "merchants.main.token.clientId", "merchants.main.token.clientSecretFile",
      ])
  }

  @Test func aMissingCAFileIsAProblem() throws {
    var configuration = GatewayTestSupport.configuration(port: 1)
    configuration.caFile = "/nowhere/ca.pem"
    let error = try #require(throws: GatewayConfigurationError.self) { try GatewayClient(configuration: configuration) }
    #expect(error.problems.map(\.field) == ["gateway.caFile"])
  }

  @Test(arguments: [
    ("http://localhost:8080/x", true), ("http://127.3.2.1/x", true), ("http://[::1]:9/x", true), ("http://10.0.0.1/x", false),
    ("http://localhost.example/x", false), ("http://127.0.0.1.example/x", false), ("https://10.0.0.1/x", true),
  ])
  func plaintextIsForThisMachine(_ url: String, _ isAllowed: Bool) {
    var configuration = GatewayTestSupport.configuration(port: 1)
    configuration.baseURL = url
    #expect(configuration.problems().isEmpty == isAllowed)
    configuration.allowPlaintext = true
    #expect(configuration.problems().isEmpty)
  }

  @Test func readsURLs() throws {
    let url = try #require(HTTPURL("HTTPS://user:pw@API.Example:8443/a/b?c=d"))
    #expect(url.isSecure && url.host == "api.example" && url.port == 8443 && url.path == "/a/b?c=d")
    #expect(url.userInfo == Secret("user:pw"))
    #expect(!String(reflecting: url).contains("pw"))
    #expect(HTTPURL("http://x")?.port == 80)
    #expect(HTTPURL("https://x")?.hostHeader == "x")
    #expect(HTTPURL("http://[2001:db8::1]:81/")?.hostHeader == "[2001:db8::1]:81")
    #expect(HTTPURL("http://x?y")?.path == "/?y")
    for text in [
      "", "x", "ftp://x", "http:/x", "http://", "http://x:0", "http://x:65536", "http://x:a", "http://[::1", "http://[x]", "http://a b",
      "http://x/#f", "http://x/\r\n", "http://a:1:2",
    ] {
      #expect(HTTPURL(text) == nil, "\(text)")
    }
  }

  @Test func noProxyEntries() {
    let list = NoProxyList(
      environmentValue: "example.com, .internal.test,*.wild.test 10.1.0.0/16,192.168.1.7,[::1]:8443,fd00::/8,ported.test:81")
    #expect(list.invalidEntries == [])
    for host in ["example.com", "a.EXAMPLE.com", "internal.test", "x.internal.test", "a.wild.test", "10.1.255.1", "192.168.1.7", "fd12::1"]
    {
      #expect(list.contains(host: host, port: 443), "\(host)")
    }
    for host in ["badexample.com", "example.com.evil", "10.2.0.1", "192.168.1.8", "::1", "fe80::1", "ported.test"] {
      #expect(!list.contains(host: host, port: 443), "\(host)")
    }
    #expect(list.contains(host: "::1", port: 8443))
    #expect(list.contains(host: "ported.test", port: 81))
    #expect(NoProxyList(["*"]).contains(host: "anything", port: 1))
    #expect(NoProxyList(["10.0.0.0/33", "a b", "/8"]).invalidEntries == ["10.0.0.0/33", "a b", "/8"])
  }

  @Test func readsProxies() {
    #expect(ProxyConfiguration(url: "proxy.test:3128") == ProxyConfiguration(host: "proxy.test", port: 3128))
    #expect(
      ProxyConfiguration(url: "http://a%3Ab:c%40d@proxy.test/")
        == ProxyConfiguration(host: "proxy.test", port: 80, credentials: ("a:b", Secret("c@d"))))
    #expect(ProxyConfiguration(url: "https://proxy.test") == nil)
    #expect(ProxyConfiguration(url: "http://a%4:b@proxy.test") == nil)
    #expect(ProxyConfiguration(url: "http://proxy.test/path") == nil)
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]) func base64(
    _ text: String, _ encoded: String
  ) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }

  @Test func secretsDoNotPrint() {
    let configuration = GatewayTestSupport.configuration(port: 1)
    var text = ""
    dump(configuration, to: &text)
    #expect(!(text + "\(configuration)" + String(reflecting: configuration)).contains("the-token"))
  }
}
