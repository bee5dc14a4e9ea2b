/// What the ledger is asked to do: the `operation` of its metrics.
enum LedgerOperation: String, CaseIterable {
  case claim, renew, record, publish, prune, erase, statistics, vacuum, audit
  case lease, release, quota
  case recordPolls = "record_polls"
  case publishEvents = "publish_events"
  case outstandingCounts = "outstanding_counts"
  case foldLog = "fold_log"
}
