import FoundationEssentials
import Glibc
import ProcessTestKit

/// Where PostgreSQL's programs are, and as whom they run.
struct PostgresInstallation: Sendable {
  /// The folder with `postgres` and `initdb`.
  let programs: String
  /// What is put before a command to run it as a user that PostgreSQL accepts.
  let asUser: [String]
  /// The user and the group that own the server's folder; nil: ours.
  let owner: (user: uid_t, group: gid_t)?

  /// The newest version of Debian's package, or the folder that `POSTGRES_BIN` names.
  /// - Throws: ``PostgresServerError`` when there is none.
  static func find() throws(PostgresServerError) -> PostgresInstallation {
    let root = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }.sorted(by: >)
    let candidates = [ProcessInfo.processInfo.environment["POSTGRES_BIN"]].compactMap { $0 } + versions.map { "\(root)/\($0)/bin" }
    guard let programs = candidates.first(where: { access($0 + "/initdb", X_OK) == 0 && access($0 + "/postgres", X_OK) == 0 }) else {
      throw PostgresServerError(description: "PostgreSQL is not installed (\(root)/*/bin/initdb): apt-get install postgresql, or ops/setup")
    }
    guard getuid() == 0 else { return PostgresInstallation(programs: programs, asUser: [], owner: nil) }
    guard let entry = getpwnam("postgres") else {
      throw PostgresServerError(description: "PostgreSQL does not run as root, and there is no user postgres")
    }
    let owner = (user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    let asUser = ["/usr/bin/setpriv", "--reuid=\(owner.user)", "--regid=\(owner.group)", "--clear-groups", "--"]
    return PostgresInstallation(programs: programs, asUser: asUser, owner: owner)
  }

  /// Starts one of its programs.
  func spawn(_ arguments: [String], output: String) throws(PostgresServerError) -> ChildProcess {
    try start(asUser + ["\(programs)/\(arguments[0])"] + arguments.dropFirst(), output: output)
  }

  /// In a process group of its own: Ctrl-C in a terminal is for the test, whose end ends the server in order.
  private func start(_ arguments: [String], output: String) throws(PostgresServerError) -> ChildProcess {
    try PostgresServerError.explaining { () throws(SpawnError) in
      try ChildProcess.spawn(arguments, output: .file(output), inOwnGroup: true)
    }
  }

  /// Runs one of its programs, or any other given by its path, to its end, and gives what it printed.
  func run(_ arguments: [String], in directory: String) throws(PostgresServerError) -> String {
    let output = "\(directory)/output-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(output) }
    let isPath = arguments[0].hasPrefix("/")
    let code = try (isPath ? start(arguments, output: output) : spawn(arguments, output: output)).wait()
    var text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    while text.last == "\n" { text.removeLast() }
    guard code == 0 else { throw PostgresServerError(description: "\(arguments[0]) ended with \(code): \(text)") }
    return text
  }
}
