import FoundationEssentials
import Glibc

/// A small file system of its own for a ledger, which can be filled up. Needs root.
struct LedgerDisk: Sendable {
  let folder: String
  private var ballast: String { folder + "/ballast" }

  /// Mounts it.
  /// - Throws: ``ProcessFailure`` with the reason why it cannot be had.
  static func mount(at folder: String) async throws -> LedgerDisk {
    guard geteuid() == 0 else { throw ProcessFailure("only root may mount a file system") }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let mount = try RunningProcess.start("/bin/mount", ["-t", "tmpfs", "-o", "size=128m,mode=0700", "chaos-ledger", folder])
    guard try await mount.end(within: .seconds(10)) == .exited(0) else { throw ProcessFailure("mount: \(mount.output.now.tail)") }
    return LedgerDisk(folder: folder)
  }

  /// Takes all the room that there is.
  func fill() throws {
    let descriptor = open(ballast, O_WRONLY | O_CREAT, 0o600)
    guard descriptor >= 0 else { throw ProcessFailure("cannot write \(ballast)") }
    defer { close(descriptor) }
    // In one step, which costs nothing; then until there is none for a page: what others free meanwhile is taken as well.
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { throw ProcessFailure("cannot look at \(folder)") }
    _ = posix_fallocate(descriptor, 0, off_t(status.f_bavail * status.f_bsize))
    lseek(descriptor, 0, Int32(SEEK_END))
    let page = [UInt8](repeating: 1, count: 4096)
    while write(descriptor, page, page.count) > 0 {}
  }

  /// Gives the room back.
  func empty() { unlink(ballast) }

  func unmount() async {
    let unmount = try? RunningProcess.start("/bin/umount", ["-l", folder])
    _ = try? await unmount?.end(within: .seconds(10))
  }
}
