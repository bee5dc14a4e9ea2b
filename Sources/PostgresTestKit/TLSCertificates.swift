import Glibc

/// Certificates for tests, made by `openssl`: an authority, a server's for `localhost` and not for `127.0.0.1`, a client's, and an authority that has signed
/// nothing.
public struct TLSCertificates: Sendable {
  /// The authority's certificate.
  public let authorityFile: String
  /// The certificate of another authority.
  public let otherAuthorityFile: String
  /// The certificate of the user `certified`, who logs in with nothing else.
  public let clientCertificateFile: String
  /// Its key.
  public let clientKeyFile: String
  /// Who logs in by certificate; the role is to be made.
  public static let clientUser = "certified"

  /// Makes all files in a folder; the server's are given to who runs it.
  static func make(in folder: String, _ installation: PostgresInstallation) throws(PostgresServerError) -> TLSCertificates {
    let openssl = "/usr/bin/openssl"
    guard access(openssl, X_OK) == 0 else { throw PostgresServerError(description: "\(openssl) is not installed") }
    func request(_ name: String, subject: String, signedByAuthority: Bool, extension line: String) throws(PostgresServerError) {
      let signer = signedByAuthority ? ["-CA", "\(folder)/ca.crt", "-CAkey", "\(folder)/ca.key"] : []
      _ = try installation.run(
        [
          openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
          "/CN=\(subject)", "-addext", line, "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt",
        ] + signer, in: folder)
      chmod("\(folder)/\(name).key", 0o600)
    }
    let authority = "keyUsage=critical,keyCertSign,cRLSign"
    try request("ca", subject: "test authority", signedByAuthority: false, extension: authority)
    try request("other", subject: "other authority", signedByAuthority: false, extension: authority)
    try request("server", subject: "localhost", signedByAuthority: true, extension: "subjectAltName=DNS:localhost")
    try request("client", subject: clientUser, signedByAuthority: true, extension: "extendedKeyUsage=clientAuth")
    if let owner = installation.owner {
      for file in ["server.key", "server.crt", "ca.crt"] { chown("\(folder)/\(file)", owner.user, owner.group) }
    }
    return TLSCertificates(
      authorityFile: folder + "/ca.crt", otherAuthorityFile: folder + "/other.crt", clientCertificateFile: folder + "/client.crt",
      clientKeyFile: folder + "/client.key")
  }
}
