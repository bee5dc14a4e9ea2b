import FoundationEssentials

/// A file that holds one credential.
struct SecretFile: Sendable {
  /// Largest credential that is read, in bytes. Tokens and PEM keys are far smaller.
  static let bytesMax = 64 * 1024

  let path: String

  /// The credential in the file, without white space around it.
  func read() throws(SecretFileError) -> Secret {
    let attributes = try attributes()
    guard attributes[.type] as? FileAttributeType == .typeRegular else { throw failure(.notAFile) }
    guard let size = Self.number(attributes[.size]), size <= Self.bytesMax else { throw failure(.tooLarge) }
    guard let data = FileManager.default.contents(atPath: path) else { throw failure(.unreadable) }
    guard let text = String(validating: data, as: UTF8.self) else { throw failure(.notText) }
    let value = text.trimmingWhitespace()
    guard !value.isEmpty else { throw failure(.empty) }
    // A PEM key has line breaks inside, and is fine; anything else below the space is a sign of the wrong file.
    guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\r" || $0 == "\t" }) else { throw failure(.notText) }
    return Secret(value)
  }

  /// True when others than the owner may read the file. False also when that cannot be found out.
  var isReadableByOthers: Bool {
    guard let permissions = Self.number((try? attributes())?[.posixPermissions]) else { return false }
    return permissions & 0o077 != 0
  }

  /// Attributes of what the path leads to: mounted credentials are often symbolic links, whose own mode says nothing.
  private func attributes() throws(SecretFileError) -> [FileAttributeKey: Any] {
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    guard FileManager.default.fileExists(atPath: target) else { throw failure(.missing) }
    do {
      return try FileManager.default.attributesOfItem(atPath: target)
    } catch {
      throw failure(.unreadable)
    }
  }

  /// A number among file attributes. Which type it has depends on whether all of Foundation is linked into the program.
  private static func number(_ value: Any?) -> Int? {
    switch value {
    case let number as Int: number
    case let number as any BinaryInteger: Int(clamping: number)
    default: nil
    }
  }

  private func failure(_ code: SecretFileError.Code) -> SecretFileError {
    SecretFileError(path: path, code: code)
  }
}
