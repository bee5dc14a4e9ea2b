import FoundationEssentials
import Glibc

/// Where the products under test lie: beside this test program, or in the folder that `E2E_PRODUCTS` names (a release build, say).
enum Executables {
  static let worker = folder + "/checkout-worker"
  static let simulator = folder + "/gateway-simulator"

  private static let folder: String = {
    if let named = ProcessInfo.processInfo.environment["E2E_PRODUCTS"] { return named }
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      let path = bytes.assumingMemoryBound(to: CChar.self)
      return path.baseAddress.map { readlink("/proc/self/exe", $0, path.count) } ?? 0
    }
    let path = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }()
}
