import Ledger

extension ConfigurationResolver {
  /// `ledger.*`: what only PostgreSQL has must not be given for another store, and credentials must be there.
  mutating func resolveLedger() -> WorkerConfiguration.Ledger {
    var ledger = draft.ledger.values
    if let path = draft.ledger.passwordFile {
      if draft.ledger.password != nil { reportContradiction("ledger.passwordFile", with: "ledger.password") }
      check(secretFile: path, key: "ledger.passwordFile")
      ledger.password = .file(path)
    } else if let password = draft.ledger.password {
      ledger.password = .value(password)
    }
    guard case .postgres(let address) = ledger.store else {
      for key in ["ledger.passwordFile", "ledger.password"] where isGiven(key) {
        warn(key, "is not used: ledger.url is no postgres:// address")
      }
      return ledger
    }
    if (address.certificateFile == nil) != (address.keyFile == nil) {
      report("ledger.url", "expected sslcert and sslkey together: a certificate needs its key")
    }
    if address.tlsMode == .disable, !address.host.hasPrefix("/"), !HostName.isLoopback(address.host) {
      warn("ledger.url", "sslmode=disable: what the ledger holds, links to checkouts among it, crosses the network in plain text")
    }
    if address.rootCertificateFile != nil, address.tlsMode == .disable || address.tlsMode == .require {
      let mode = address.tlsMode.rawValue
      warn("ledger.url", "sslrootcert is not used with sslmode=\(mode): verify-ca or verify-full checks the certificate")
    }
    return ledger
  }
}
