import Foundation
import NIOSSL
import Synchronization

/// Certificates made by `openssl` for one run of the tests.
enum TestCertificates {
  enum Kind: String, CaseIterable, Sendable {
    /// For `localhost`, by the test's authority.
    case good
    /// For another name.
    case wrongHost
    /// Out of date.
    case expired
    /// By nobody.
    case selfSigned
  }

  private static let folder = Result { try make() }

  /// The authority's certificate.
  static func authorityFile() throws -> String { try folder.get() + "/ca.pem" }

  /// What a server needs to show a certificate.
  static func serverContext(_ kind: Kind) throws -> NIOSSLContext {
    let base = try folder.get() + "/" + kind.rawValue
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(base + ".pem").map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: base + ".key", format: .pem))))
  }

  private static func make() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    try shell("openssl req -x509 \(curve) -keyout ca.key -out ca.pem -days 2 -subj '/CN=Gateway test CA'", in: folder)
    try shell(
      "openssl req -x509 \(curve) -keyout selfSigned.key -out selfSigned.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost",
      in: folder)
    for (kind, name, days) in [("good", "localhost", 2), ("wrongHost", "elsewhere.example", 2), ("expired", "localhost", -1)] {
      try shell("openssl req \(curve) -keyout \(kind).key -out \(kind).csr -subj /CN=\(name)", in: folder)
      try shell("echo subjectAltName=DNS:\(name) > \(kind).ext", in: folder)
      try shell(
        "openssl x509 -req -in \(kind).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days) -extfile \(kind).ext -out \(kind).pem",
        in: folder)
    }
    return folder
  }

  private static func shell(_ command: String, in folder: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command + " 2>/dev/null"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported, userInfo: ["command": command]) }
  }
}
