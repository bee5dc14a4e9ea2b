import Glibc
import Synchronization

/// An empty cluster that the servers of this process are copied from: copying takes a tenth of what `initdb` takes.
enum ClusterTemplate {
  private struct Template: Sendable {
    var path: String
    /// Removes the folder after the process.
    var watcher: ServerWatcher
  }
  private static let template = Mutex<Template?>(nil)

  /// The cluster's folder. Blocks for about a second the first time; who comes in the meantime waits.
  static func path(_ installation: PostgresInstallation) throws(PostgresServerError) -> String {
    try template.withLock { (template) throws(PostgresServerError) in
      if let template { return template.path }
      let (folder, watcher) = try ServerFolder.empty("pg-\(getpid())-template", installation)
      let path = folder + "/data"
      _ = try installation.run(
        ["initdb", "-D", path, "-U", PostgresServer.user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], in: folder)
      template = Template(path: path, watcher: watcher)
      return path
    }
  }
}
