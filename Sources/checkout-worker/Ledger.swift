import ArgumentParser
import CheckoutWorker

/// `checkout-worker ledger`.
struct Ledger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keeps the ledger small: forgets what is old, gives space back to the disk.",
    subcommands: [LedgerPrune.self, LedgerVacuum.self])
}
