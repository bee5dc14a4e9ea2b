import CheckoutSession
import Ledger
import Testing

@Suite("ledger.url")
struct LedgerLocationTests {
  @Test(
    arguments: [
      ("sqlite:checkout-ledger.sqlite", LedgerLocation.file(path: "checkout-ledger.sqlite")),
      ("sqlite:/var/lib/checkout/a b.sqlite", .file(path: "/var/lib/checkout/a b.sqlite")), ("memory:", .memory),
    ])
  func accepted(url: String, location: LedgerLocation) throws {
    #expect(try LedgerLocation(url: url) == location)
  }

  @Test(arguments: ["", "sqlite:", "sqlite", "sqlite::memory:", "memory", "memory:x", "ledger.sqlite", "postgres://me:hunter2@db/ledger"])
  func refused(url: String) throws {
    let failure = #expect(throws: LedgerFailure.self) { try LedgerLocation(url: url) }
    #expect(failure?.message.hasPrefix("ledger.url: expected") == true)
    #expect(failure?.message.contains("hunter2") == false)
  }
}
