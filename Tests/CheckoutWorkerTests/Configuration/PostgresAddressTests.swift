import Ledger
import Testing

@testable import CheckoutWorker

@Suite("ledger.url: postgres://")
struct PostgresAddressTests {
  @Test func allParts() throws {
    let url = "postgres://checkout@db.example.com:6432/ledger?sslmode=verify-ca&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem"
    let address = try #require(PostgresAddress(url: url))
    #expect(address.host == "db.example.com" && address.port == 6432 && address.database == "ledger" && address.user == "checkout")
    #expect(address.tlsMode == .verifyCA && address.rootCertificateFile == "/ca.pem")
    #expect(address.certificateFile == "/c.pem" && address.keyFile == "/k.pem")
    #expect("\(address)" == url)
  }

  @Test(
    "plain text unasked only where it does not leave the host",
    arguments: [
      ("postgres://u@db/d", .verifyFull), ("postgres://u@127.0.0.1/d", .disable), ("postgresql://u@localhost/d", .disable),
      ("postgres://u@[::1]:1/d", .disable), ("postgres://u@/d?host=/run/postgresql", .disable), ("postgres://u@10.0.0.1/d", .verifyFull),
      ("postgres://u@db/d?sslmode=disable", .disable), ("postgres://u@127.0.0.1/d?sslmode=require", .require),
    ] as [(String, PostgresAddress.TLSMode)])
  func tlsMode(url: String, mode: PostgresAddress.TLSMode) throws {
    let address = try #require(PostgresAddress(url: url))
    #expect(address.tlsMode == mode && address.port == (url.contains(":1/") ? 1 : 5432))
    #expect(PostgresAddress(url: "\(address)") == address)
  }

  @Test(arguments: [
    "postgres://db/d", "postgres://u:p@db/d", "postgres://u@db", "postgres://u@db/", "postgres://u@db/a/b", "postgres://u@db:0/d",
    "postgres://u@db:70000/d", "postgres://u@db/d?sslmode=prefer", "postgres://u@db/d?sslmode=allow", "postgres://u@db/d?options=x",
    "postgres://u@db/d?sslmode", "postgres://u@/d", "postgres://u@/d?host=relative", "postgres://u@db/d?host=/run", "mysql://u@db/d",
    "postgres://u@db/d#x", "postgres://u@d b/d",
  ])
  func refused(url: String) {
    #expect(PostgresAddress(url: url) == nil)
  }
}
