extension RequestRules {
  /// The rules as a Markdown table of member and requirement, for the documentation.
  public static var markdown: String {
    "| member | rule |\n|---|---|\n" + all.map { "| `\($0.path)` | \($0.requirement) |\n" }.joined()
  }
}
