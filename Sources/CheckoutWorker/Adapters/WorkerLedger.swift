import Creation
import Ledger
import Reconciliation
import Replay

/// A ledger as the worker uses it: everything that a store can do, in the shape of the stages' ports.
protocol WorkerLedger: LedgerStore, RequestLedger, OutstandingLedger, QuotaLedger, ReplayLedger {}

extension SQLiteLedger: WorkerLedger {}
extension PostgreSQLLedger: WorkerLedger {}
