import Creation
import Gateway
import Reconciliation

// The adapters have the shape of the ports already; neither side knows of the other.
extension GatewayClient: SessionCreator, SessionReader {}
