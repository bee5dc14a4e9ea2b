#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether a ledger is there, as far as can be seen without opening it. Of a database nothing can be seen: opening tells.
enum LedgerPresence: Hashable {
  /// There is no such file: no worker has run yet.
  case absent
  /// The file is empty: a worker has just begun to create it, or somebody else has.
  case empty
  /// There is something.
  case present

  /// Looks at where the ledger should be.
  init(_ store: WorkerConfiguration.Ledger.Store) {
    if case .sqlite(let path) = store { self.init(path: path) } else { self = .present }
  }

  /// Looks at `path`.
  init(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = errno == ENOENT ? .absent : .present  // whoever opens it then says what is wrong
      return
    }
    self = status.st_size == 0 && status.st_mode & S_IFMT == S_IFREG ? .empty : .present
  }

  /// The folder that holds `path`.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
