extension PostgresServer {
  private static let sharedServer = Task<PostgresServer, any Error> {
    let server = try await PostgresServer()
    try await server.start()
    return server
  }

  /// One server for a whole test run, for tests that do not stop it: a database for each test (``makeDatabase(_:)``) is made much faster than a server.
  /// - Throws: ``PostgresServerError`` when there is none.
  public static func shared() async throws -> PostgresServer { try await sharedServer.value }

  /// Whether PostgreSQL is installed, for tests that are skipped without it.
  public static var isInstalled: Bool { (try? PostgresInstallation.find()) != nil }
}
