import CheckoutSession
import Gateway
import NIOCore
import NIOPosix
import Testing

/// Proxies: a tunnel for https, whole URLs for http, and what goes past them.
@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
  typealias Support = GatewayTestSupport

  @Test func plainHTTPIsSentWithTheWholeURL() async throws {
    let proxy = try await ScriptedServer { _ in [.send(Support.accepted)] }
    var configuration = Support.configuration(port: 9, host: "gateway.example")
    configuration.allowPlaintext = true
    configuration.proxy = ProxyConfiguration(url: "http://user:p%40ss@127.0.0.1:\(proxy.port)")
    try await Support.withClient(configuration) { client in
      #expect(await client.createOne().isSuccess)
      let request = try #require(proxy.requests.first)
      #expect(request.head.hasPrefix("POST http://gateway.example:9/base/v1/sessions HTTP/1.1\r\n"))
      #expect(request.header("Host") == "gateway.example:9")
      #expect(request.header("Proxy-Authorization") == "Basic dXNlcjpwQHNz")
    }
    await proxy.stop()
  }

  @Test func httpsGoesThroughATunnel() async throws {
    let gateway = try await ScriptedServer(tls: TestCertificates.serverContext(.good)) { _ in [.send(Support.accepted)] }
    let proxy = try await TunnelServer(to: gateway.port)
    var configuration = Support.configuration(port: gateway.port, scheme: "https", host: "localhost")
    configuration.caFile = try TestCertificates.authorityFile()
    configuration.proxy = ProxyConfiguration(host: "127.0.0.1", port: proxy.port, credentials: ("user", Secret("p@ss")))
    try await Support.withClient(configuration) { client in
      #expect(await client.create(5).allSatisfy { $0.outcome.isSuccess })
      let head = try #require(proxy.heads.first)
      #expect(head.hasPrefix("CONNECT localhost:\(gateway.port) HTTP/1.1\r\nHost: localhost:\(gateway.port)\r\n"))
      #expect(head.contains("Proxy-Authorization: Basic dXNlcjpwQHNz"))
      // The proxy's credentials are for the proxy.
      let request = try #require(gateway.requests.first)
      #expect(request.head.hasPrefix("POST /base/v1/sessions"))
      #expect(request.header("Proxy-Authorization") == nil)
    }
    await proxy.stop()
    await gateway.stop()
  }

  @Test(arguments: [
    ("HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\n\r\n", "credentials (407)"), ("HTTP/1.1 403 X\r\n\r\n", "answered CONNECT with 403"),
    ("HTTP/1.1 502 X\r\nContent-Length: 3\r\n\r\nabc", "answered CONNECT with 502"), ("garbage\r\n\r\n", "status line"),
    ("HTTP/1.1 200 X\r\n\r\nmore", "more than an answer"),
  ])
  func aProxyWithoutATunnelIsNamed(_ answer: String, _ reason: String) async throws {
    let proxy = try await ScriptedServer { _ in [.send(answer)] }
    var configuration = Support.configuration(port: 443, scheme: "https", host: "gateway.example")
    configuration.proxy = ProxyConfiguration(host: "127.0.0.1", port: proxy.port)
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(failure.title == "Proxy failed")
      #expect(!failure.inDoubt)
      #expect(failure.detail.contains("proxy 127.0.0.1:\(proxy.port)"))
      #expect(failure.detail.contains(reason))
    }
    await proxy.stop()
  }

  @Test func hostsOnTheListGoPastTheProxy() async throws {
    let proxy = try await ScriptedServer { _ in [.close] }
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } configure: {
      $0.proxy = ProxyConfiguration(host: "127.0.0.1", port: proxy.port)
      $0.noProxy = NoProxyList(["127.0.0.0/8"])
    } run: { client, _ in
      #expect(await client.createOne().isSuccess)
    }
    #expect(proxy.connectionCount == 0)
    await proxy.stop()
  }
}
