/// Files of the repository that tests look at.
enum Repository {
  /// The full path of one.
  static func path(_ name: String) -> String {
    // Root/Tests/EndToEndTests/Support/Repository.swift
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/") + "/" + name
  }
}
