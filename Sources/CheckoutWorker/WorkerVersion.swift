/// The program's version, for `--version`, the `User-Agent` and the operations page.
public enum WorkerVersion {
  /// Semantic version.
  public static let current = "0.1.0"
}
