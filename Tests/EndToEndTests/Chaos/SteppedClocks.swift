import FoundationEssentials
import Glibc

/// Gives processes a time of day that the adversary steps (`ops/clock_step.c`).
struct SteppedClocks: Sendable {
  private let library: String
  private let folder: String

  /// Builds the library.
  /// - Throws: ``ProcessFailure`` when there is no C compiler.
  static func build(in folder: String) async throws -> SteppedClocks {
    // Root/Tests/EndToEndTests/Chaos/SteppedClocks.swift
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    let library = folder + "/clock_step.so"
    let compilers: [String] = ["/usr/bin/cc", "/usr/bin/clang"]
    guard let compiler = compilers.first(where: { access($0, X_OK) == 0 }) else { throw ProcessFailure("there is no C compiler") }
    let build = try RunningProcess.start(
      compiler, ["-O2", "-shared", "-fPIC", "-o", library, "\(root)/ops/clock_step.c", "-ldl"])
    guard try await build.end(within: .seconds(30)) == .exited(0) else {
      throw ProcessFailure("no clock_step.so: \(build.output.now.tail)")
    }
    return SteppedClocks(library: library, folder: folder)
  }

  /// What the processes of a place need in their environment; the clock of the place is right until ``step(_:by:)``.
  func environment(_ place: FleetPlace) throws -> [String: String] {
    if access(path(place), F_OK) != 0 { try write(.zero, place) }
    return ["LD_PRELOAD": library, "CHAOS_CLOCK_FILE": path(place)]
  }

  /// Makes the time of day of a place wrong by so much, at once.
  func step(_ place: FleetPlace, by offset: Duration) throws { try write(offset, place) }

  private func path(_ place: FleetPlace) -> String { "\(folder)/clock-\(place)" }

  /// In place, because the processes have mapped the file.
  private func write(_ offset: Duration, _ place: FleetPlace) throws {
    let descriptor = open(path(place), O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    var nanoseconds = Int64(offset.inSeconds * 1e9)
    guard pwrite(descriptor, &nanoseconds, 8, 0) == 8 else { throw ProcessFailure("cannot write \(path(place))") }
  }
}
