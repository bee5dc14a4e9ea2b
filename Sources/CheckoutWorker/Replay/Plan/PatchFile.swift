import CheckoutSession

/// A file with a JSON Merge Patch.
struct PatchFile {
  let path: String

  /// The patch on one line, as a plan holds it.
  /// - Throws: ``PlanFileError`` when it cannot be read, is too long, or is no JSON object.
  func read() async throws(PlanFileError) -> [UInt8] {
    let patch: MergePatch
    let name: String
    var bytes: [UInt8] = []
    do {
      let file = try InputFile(path: path)
      name = file.name
      while bytes.count <= MergePatch.limits.bytesMax, let some = try await file.next() { bytes += some }
    } catch {
      throw PlanFileError("\(error)")
    }
    do {
      patch = try MergePatch(bytes[...])
    } catch {
      throw PlanFileError("\(name): \(error)")
    }
    guard patch.kind == .object else {
      throw PlanFileError("\(name): found \(patch.kind.withArticle), expected an object: what is to be changed in the body of the request")
    }
    return patch.compact
  }
}
