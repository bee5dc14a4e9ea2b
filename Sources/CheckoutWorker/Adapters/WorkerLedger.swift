import Creation
import Ledger
import Reconciliation

/// A ledger as the worker uses it: everything that a store can do, in the shape of the stages' ports.
protocol WorkerLedger: LedgerStore, RequestLedger, OutstandingLedger, QuotaLedger {}

extension SQLiteLedger: WorkerLedger {}
extension PostgreSQLLedger: WorkerLedger {}
