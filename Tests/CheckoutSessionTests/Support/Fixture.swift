import Foundation

/// Files under Tests/Fixtures.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func bytes(_ path: String) throws -> ArraySlice<UInt8> {
    try ArraySlice(Data(contentsOf: folder.appending(path: path)))
  }

  static func example(_ name: String) throws -> ArraySlice<UInt8> { try bytes("contract-examples/\(name).json") }

  static func exampleNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "contract-examples").path()).map {
      $0.replacing(".json", with: "")
    }
    .sorted()
  }
}

extension ArraySlice<UInt8> {
  /// The UTF-8 bytes of `text`, not at index 0, so that nobody takes a slice's indices for offsets.
  init(shifted text: String) { self = Array("###\(text)".utf8)[3...] }
}
