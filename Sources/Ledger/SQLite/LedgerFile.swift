import CheckoutSession

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The ledger's file, seen as a file. Its failures do not name the file yet: the opening does.
///
/// Nothing here ever opens a file that exists: closing *any* descriptor of a file drops the locks that SQLite holds on it in this process.
enum LedgerFile {
  /// What `prepare` found.
  enum Presence: Hashable {
    /// There was no file; now there is an empty one that only its owner may read.
    case created
    /// There is one; `isShared` says whether others than its owner may read or write it.
    case existing(isShared: Bool)
  }

  /// Makes sure that there is a file, with mode 0600 if it has to be created. SQLite gives `-wal` and `-shm` the mode of the file.
  ///
  /// Throws ``LedgerFailure`` if there is none and none can be made.
  static func create(_ path: String) throws(LedgerFailure) -> Presence {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      close(descriptor)
      return .created
    }
    guard errno == EEXIST else { throw failure(errno) }
    return try find(path)
  }

  /// Looks for the file. Throws ``LedgerFailure`` if there is none.
  static func find(_ path: String) throws(LedgerFailure) -> Presence {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LedgerFailure(code: .unavailable, message: "expected a regular file", isTransient: false)
    }
    return .existing(isShared: status.st_mode & 0o077 != 0)
  }

  /// Bytes of the file and its write-ahead log, as far as they are there.
  static func bytes(_ path: String) -> Int64 {
    [path, path + "-wal"].reduce(0) { sum, path in
      var status = stat()
      return stat(path, &status) == 0 ? sum + Int64(status.st_size) : sum
    }
  }

  private static func failure(_ number: CInt) -> LedgerFailure {
    let (code, detail): (LedgerFailure.Code, String) =
      switch number {
      case ENOENT: (.unavailable, "no such file or directory")
      case ENOTDIR: (.unavailable, "a part of the path is no directory")
      case EACCES, EPERM: (.notWritable, "permission denied")
      case EROFS: (.notWritable, "the file system is read-only")
      case ENOSPC, EDQUOT: (.full, "no space left")
      default: (.unavailable, "errno \(number)")
      }
    return LedgerFailure(code: code, message: detail, isTransient: code == .full)
  }
}
