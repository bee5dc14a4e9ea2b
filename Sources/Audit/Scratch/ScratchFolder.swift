import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A folder that only this user can look into, for the time of one audit.
struct ScratchFolder: Sendable {
  let path: String

  /// Makes a folder in `parent`, or where `TMPDIR` says. Throws ``AuditError``.
  init(in parent: String?) throws(AuditError) {
    let parent = parent ?? FileManager.default.temporaryDirectory.path
    var template = Array((parent + "/checkout-audit-XXXXXX").utf8CString)
    // mkdtemp makes it with mode 0700.
    guard mkdtemp(&template) != nil else {
      throw AuditError(
        code: .scratch, message: "no folder for the scratch file can be made in \(parent): \(String(cString: strerror(errno)))")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The file in it.
  var file: String { path + "/audit.sqlite" }

  /// How large the file is, in bytes.
  var bytes: Int64 {
    var status = stat()
    return stat(file, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// The permissions of a folder; nil if there is none.
  static func mode(of path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt32(status.st_mode) & 0o777 : nil
  }

  /// Removes it and what is in it.
  func remove() {
    unlink(file)
    rmdir(path)
  }
}
