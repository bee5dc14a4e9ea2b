import CheckoutSession
import Gateway
import NIOCore
import NIOPosix
import NIOSSL
import Testing

/// HTTPS: certificates are verified, and what is wrong with them is said.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
  typealias Support = GatewayTestSupport

  @Test func talksToAServerWithAGoodCertificate() async throws {
    let server = try await ScriptedServer(tls: TestCertificates.serverContext(.good)) { _ in [.send(Support.accepted)] }
    var configuration = Support.configuration(port: server.port, scheme: "https", host: "localhost")
    configuration.caFile = try TestCertificates.authorityFile()
    try await Support.withClient(configuration) { client in
      #expect(await client.create(20).allSatisfy { $0.outcome.isSuccess })
      #expect(await client.createOne().isSuccess)
    }
    await server.stop()
  }

  @Test(arguments: [
    (TestCertificates.Kind.wrongHost, "another host name"), (.expired, "not trusted"), (.selfSigned, "not trusted"),
  ])
  func refusesAServerWithABadCertificate(_ kind: TestCertificates.Kind, _ reason: String) async throws {
    let server = try await ScriptedServer(tls: TestCertificates.serverContext(kind)) { _ in [.send(Support.accepted)] }
    var configuration = Support.configuration(port: server.port, scheme: "https", host: "localhost")
    configuration.caFile = try TestCertificates.authorityFile()
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(failure.title == "TLS failed")
      #expect(!failure.inDoubt)
      #expect(failure.detail.contains(reason))
    }
    #expect(server.requests.isEmpty)
    await server.stop()
  }

  @Test func anUnknownAuthorityIsRefused() async throws {
    let server = try await ScriptedServer(tls: TestCertificates.serverContext(.good)) { _ in [.send(Support.accepted)] }
    try await Support.withClient(Support.configuration(port: server.port, scheme: "https", host: "localhost")) { client in
      #expect(await client.createOne().failure?.title == "TLS failed")
    }
    await server.stop()
  }

  @Test func aServerWithoutTLSIsNamed() async throws {
    let server = try await ScriptedServer(onAccept: { _ in [.send("HTTP/1.1 400 Bad Request\r\n\r\n")] }) { _ in [] }
    try await Support.withClient(Support.configuration(port: server.port, scheme: "https", host: "localhost")) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(failure.detail.contains("does not speak TLS"))
    }
    await server.stop()
  }

  @Test func aHandshakeThatNeverEndsTimesOut() async throws {
    let server = try await ScriptedServer { _ in [] }
    var configuration = Support.configuration(port: server.port, scheme: "https", host: "localhost")
    configuration.connectTimeout = .milliseconds(100)
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(failure.detail.contains("in time"))
      #expect(!failure.inDoubt)
    }
    await server.stop()
  }

  /// The name goes out in the ClientHello (Server Name Indication), in plain text.
  @Test func sendsTheServerName() async throws {
    let hello = NIOLockedBytes()
    let listener = try await ServerBootstrap(group: ScriptedServer.group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(HelloCatcher(hello)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = listener.localAddress?.port ?? 0
    try await Support.withClient(Support.configuration(port: port, scheme: "https", host: "localhost")) { client in
      #expect(await client.createOne().failure?.code == .connectFailed)
    }
    #expect(hello.text.contains("localhost"))
    #expect(hello.text.contains("http/1.1"))
    try await listener.close()
  }

  /// A body that lasts until the connection ends is whole only if TLS says so.
  @Test func aTruncatedBodyIsNotTakenForWhole() async throws {
    let server = try await ScriptedServer(tls: TestCertificates.serverContext(.good)) { _ in
      [.send("HTTP/1.1 202 X\r\n\r\n{\"data\":{"), .reset]
    }
    var configuration = Support.configuration(port: server.port, scheme: "https", host: "localhost")
    configuration.caFile = try TestCertificates.authorityFile()
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.inDoubt)
      #expect(failure.code == .badAnswer || failure.code == .connectionLost)
    }
    await server.stop()
  }
}
