import CheckoutSession
import FoundationEssentials
import Replay
import Testing

@testable import CheckoutWorker

#if canImport(Glibc)
  import Glibc
#endif

@Suite("plan files", .timeLimit(.minutes(1)))
struct PlanFileTests {
  @Test("what is written is read, some lines at a time; the hash is the file's")
  func roundTrip() async throws {
    let folder = try Folder()
    let entries = (0..<2500).map(Self.entry)
    let writer = try PlanFileWriter(path: folder.path, header: Self.header)
    for start in stride(from: 0, to: entries.count, by: 700) { try await writer.append(Array(entries[start...].prefix(700))) }
    #expect(!folder.has("plan"))
    try await writer.finish()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["plan"])
    var reader = try await PlanFileReader(path: folder.path)
    #expect(reader.header.recordsCount == 2500 && reader.hash == nil)
    var read: [PlanEntry] = []
    while case let some = try await reader.next(999), !some.isEmpty { read += some }
    #expect(read == entries && reader.recordsCount == 2500)
    #expect(reader.hash == BodyHash(of: try Array(Data(contentsOf: URL(filePath: folder.path)))[...]))
    #expect(try await reader.next(1).isEmpty)
  }

  @Test("a plan that is given up leaves nothing, and the one that was there stays")
  func discard() async throws {
    let folder = try Folder()
    try folder.write("old")
    let writer = try PlanFileWriter(path: folder.path, header: Self.header)
    try await writer.append([Self.entry(1)])
    await writer.discard()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["plan"])
    #expect(try String(contentsOf: URL(filePath: folder.path), encoding: .utf8) == "old")
  }

  @Test("lines may be taken out and blank ones put in; no other may be put in")
  func editedLines() async throws {
    let folder = try Folder()
    let writer = try PlanFileWriter(path: folder.path, header: Self.header)
    try await writer.append((0..<3).map(Self.entry))
    try await writer.finish()
    let lines = try String(contentsOf: URL(filePath: folder.path), encoding: .utf8).split(separator: "\n").map(String.init)
    try folder.write("\(lines[0])\n\n  \n\(lines[2])\r\n\n")
    var reader = try await PlanFileReader(path: folder.path)
    #expect(try await reader.next(10) == [Self.entry(1)])
    try folder.write((lines + [lines[1]]).joined(separator: "\n"))
    #expect(try await error(folder) == "line 5: expected at most the 3 records that the plan was made with (`records`)")
    // The beginning of a plan whose copying was cut short.
    try folder.write(lines[0] + "\n" + lines[1].dropLast(20))
    #expect(try await error(folder)?.hasPrefix("line 2: column ") == true)
  }

  @Test(arguments: [
    ("", "is empty; expected a plan that `checkout-worker replay plan` has made"), ("\n", "line 1: column 1: found the end of the text"),
    ("{}", "line 1: expected the plan's header"), ("x" + String(repeating: "y", count: 300_000), "line 1: is longer than 196608 bytes"),
  ])
  func noPlan(text: String, expected: String) async throws {
    let folder = try Folder()
    try folder.write(text)
    let message = try await error(folder) ?? ""
    #expect(message.hasPrefix(expected), "\(message)")
  }

  /// What reading the whole plan says, without the file's name.
  private func error(_ folder: Folder) async throws -> String? {
    do throws(PlanFileError) {
      var reader = try await PlanFileReader(path: folder.path)
      while !(try await reader.next(10).isEmpty) {}
      return nil
    } catch {
      #expect(error.description.hasPrefix(folder.path + ": ") && error.isWrongUsage)
      return String(error.description.dropFirst(folder.path.count + 2))
    }
  }

  private static let header = PlanHeader(
    createdAt: Timestamp(millisecondsSinceEpoch: 0), createdBy: "a@b", deadLettersTopic: "q", requestsTopic: "r", filters: "",
    recordsCount: 0)

  private static func entry(_ number: Int) -> PlanEntry {
    PlanEntry(
      place: RecordCoordinate(topic: "q", partition: 0, offset: Int64(number)),
      origin: RecordCoordinate(topic: "r", partition: 0, offset: Int64(number)),
      identity: RequestIdentity(merchantID: "m", requestID: "r\(number)"), mode: nil, failedAt: Timestamp(millisecondsSinceEpoch: 1),
      errorClass: .transient, errorCode: "C", errorDetail: "", replayCount: 0, bodyHash: nil, recordHash: BodyHash(of: [1]),
      prediction: Prediction(.willCreate, generation: 1, detail: ""), action: .retry)
  }

  /// A folder of its own that goes with the test.
  private final class Folder {
    let root = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString)").path
    var path: String { root + "/plan" }

    init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    func has(_ name: String) -> Bool { access(root + "/" + name, F_OK) == 0 }
  }
}
