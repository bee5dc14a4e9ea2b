#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Prints a line that a waiting script gets at once, pipe or not.
func printNow(_ line: String) { writeAll(line + "\n", to: STDOUT_FILENO) }

/// Prints a line to standard error.
func printError(_ line: String) { writeAll(line + "\n", to: STDERR_FILENO) }

private func writeAll(_ text: String, to descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written > 0 || errno == EINTR else { return }
    rest = rest.dropFirst(max(0, written))
  }
}
