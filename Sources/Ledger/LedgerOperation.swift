/// What the ledger is asked to do: the `operation` of its metrics.
enum LedgerOperation: String, CaseIterable {
  case claim, renew, record, publish, prune, erase, statistics
}
