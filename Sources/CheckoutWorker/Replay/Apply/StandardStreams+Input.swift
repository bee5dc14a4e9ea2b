#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension StandardStreams {
  /// Whether standard input is a terminal, where somebody can be asked.
  static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
