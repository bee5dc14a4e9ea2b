/// What the ledger is asked to do: the `operation` of its metrics.
enum LedgerOperation: String, CaseIterable {
  case claim, renew, record, publish, prune, erase, statistics, vacuum, audit
  case lease, release, quota
  case recordPolls = "record_polls"
  case publishEvents = "publish_events"
  case outstandingCounts = "outstanding_counts"
  case foldLog = "fold_log"
  case rehearse
  case beginReplay = "begin_replay"
  case keepReplay = "keep_replay"
  case claimReplays = "claim_replays"
  case recordSent = "record_sent"
  case releaseReplays = "release_replays"
  case recordAnswers = "record_answers"
  case endReplay = "end_replay"
  case readReplays = "read_replays"
  case pruneReplays = "prune_replays"
}
