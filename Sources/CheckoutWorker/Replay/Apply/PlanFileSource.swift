import CheckoutSession
import Replay

/// A plan that was read and checked before, read once more while it is applied.
actor PlanFileSource: PlanSource {
  private var reader: PlanFileReader
  private let hash: BodyHash

  /// - Parameter hash: of the file when it was checked.
  /// - Throws: ``PlanFileError``.
  init(path: String, hash: BodyHash) async throws(PlanFileError) {
    reader = try await PlanFileReader(path: path)
    self.hash = hash
  }

  /// The next lines.
  /// - Throws: ``PlanFileError``, also when the file turns out to have changed.
  func next(_ max: Int) async throws -> [PlanEntry] {
    var local = reader
    let entries = try await local.next(max)
    reader = local
    if let end = reader.hash, end != hash {
      throw PlanFileError(reader.name, "was changed while it was applied; what stands in it now needs a run of its own")
    }
    return entries
  }
}
