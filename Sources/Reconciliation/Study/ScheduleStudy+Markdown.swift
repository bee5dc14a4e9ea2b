extension ScheduleStudy {
  /// The figures as a table, with what they were measured on: what `checkout-worker documentation schedule` prints.
  public var markdown: String {
    var lines = [
      "Measured in virtual time over \(all.sessions) sessions: \(StudiedSession.mixInWords).",
      "Delays are from the fact to the poll that finds it; a quota that is short and a gateway that does not answer come on top.",
      "",
      "| sessions | number | polls per session | CREATED p50 | p99 | end p50 | p99 | max |",
      "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows {
      let created = row.created.max == .zero ? ["–", "–"] : [Self.seconds(row.created.p50), Self.seconds(row.created.p99)]
      let cells =
        [row.name, "\(row.sessions)", Self.decimal(row.polls)] + created
        + [Self.seconds(row.end.p50), Self.seconds(row.end.p99), Self.seconds(row.end.max)]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func seconds(_ duration: Duration) -> String { decimal(duration / .seconds(1)) + " s" }

  /// With one decimal.
  private static func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
