import CheckoutSession
import Replay

/// Reads a plan file some lines at a time, whatever its length.
///
/// Used by one task at a time; a second look at the file is a second reader, and equal hashes at both ends say that they read the same.
struct PlanFileReader {
  /// The file's first line.
  let header: PlanHeader
  /// Lines read behind the first.
  private(set) var recordsCount = 0
  /// SHA-256 of the file: the plan's name in the ledger. Nil until ``next(_:)`` has given the last line.
  private(set) var hash: BodyHash?

  private let file: InputFile
  private var splitter = LineSplitter(bytesMax: PlanText.lineBytesMax)
  private var hasher = BodyHasher()
  private var reader = JSONReader()

  /// Opens a plan and reads its first line.
  /// - Throws: ``PlanFileError``.
  init(path: String) async throws(PlanFileError) {
    do {
      file = try InputFile(path: path)
    } catch {
      throw PlanFileError("\(error)")
    }
    guard let line = try await Self.nextLine(file, &splitter, &hasher) else {
      throw PlanFileError(file.name, "is empty; expected a plan that `checkout-worker replay plan` has made")
    }
    do {
      header = try PlanText.header(line.bytes, reader: &reader)
    } catch {
      throw PlanFileError(file.name, line: line.number, "\(error)")
    }
  }

  /// How messages name the file.
  var name: String { file.name }

  /// The next lines, at most `max` of them; none at the end. Blank lines are passed over.
  /// - Throws: ``PlanFileError`` for the first line that cannot be used.
  mutating func next(_ max: Int) async throws(PlanFileError) -> [PlanEntry] {
    var entries: [PlanEntry] = []
    while entries.count < max, hash == nil {
      guard let line = try await Self.nextLine(file, &splitter, &hasher) else {
        hash = hasher.finish()
        break
      }
      guard !line.isBlank else { continue }
      do {
        entries.append(try PlanText.entry(line.bytes, reader: &reader))
      } catch {
        throw PlanFileError(file.name, line: line.number, "\(error)")
      }
      recordsCount += 1
      // Lines may be taken out; one that was put in is of another plan.
      guard recordsCount <= header.recordsCount else {
        throw PlanFileError(
          file.name, line: line.number, "expected at most the \(header.recordsCount) records that the plan was made with (`records`)")
      }
    }
    return entries
  }

  private static func nextLine(
    _ file: InputFile, _ splitter: inout LineSplitter, _ hasher: inout BodyHasher
  ) async throws(PlanFileError) -> LineSplitter.Line? {
    while true {
      do {
        if let line = try splitter.next() { return line }
      } catch {
        throw PlanFileError(file.name, line: error.number, "is longer than \(PlanText.lineBytesMax) bytes")
      }
      if splitter.hasEnded { return nil }
      do {
        guard let bytes = try await file.next() else {
          splitter.end()
          continue
        }
        hasher.update(bytes)
        splitter.feed(bytes)
      } catch {
        throw PlanFileError("\(error)")
      }
    }
  }
}
