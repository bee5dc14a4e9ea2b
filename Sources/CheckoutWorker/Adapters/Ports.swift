import Creation
import Gateway
import Ledger
import Reconciliation

// The adapters have the shape of the ports already; neither side knows of the other.
extension GatewayClient: SessionCreator, SessionReader {}
extension SQLiteLedger: RequestLedger, OutstandingLedger {}
