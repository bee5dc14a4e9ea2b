/// A credential file cannot be used. Names the file, never its content.
public struct SecretFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with the file. More codes may come.
  public struct Code: Sendable, Hashable {
    let text: String

    /// There is no such file.
    public static let missing = Self(text: "there is no such file")
    /// The path names a folder, socket or device.
    public static let notAFile = Self(text: "it is not a regular file")
    /// This process may not read it.
    public static let unreadable = Self(text: "this process cannot read it")
    /// It holds nothing but white space.
    public static let empty = Self(text: "it is empty")
    /// It is larger than ``SecretFile/bytesMax``.
    public static let tooLarge = Self(text: "it is larger than 64KiB")
    /// It is not UTF-8, or has control characters inside.
    public static let notText = Self(text: "it is not one piece of UTF-8 text")
  }

  /// The file.
  public let path: String
  /// What is wrong with it.
  public let code: Code

  /// One line: the file and what is wrong with it.
  public var description: String { "secret file \(path): \(code.text)" }
}
