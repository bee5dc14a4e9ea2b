import Creation
import Gateway
import Ledger

// The adapters have the shape of the ports already; neither side knows of the other.
extension GatewayClient: SessionCreator {}
extension SQLiteLedger: RequestLedger {}
