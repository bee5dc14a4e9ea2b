import ArgumentParser
import CheckoutWorker

/// `checkout-worker ledger`.
struct Ledger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keeps the ledger up to date and small: migrates it, forgets what is old, gives space back to the disk.",
    subcommands: [LedgerMigrate.self, LedgerPrune.self, LedgerVacuum.self])
}
