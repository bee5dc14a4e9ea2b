import Telemetry

/// The page at `/`: one HTML document without scripts and without anything from elsewhere.
struct OperationsPage {
  /// Series of one metric that are shown; `/metrics` has them all.
  private static let seriesMax = 20

  let content: AdminContent
  let uptime: Duration
  let liveness: HealthReport
  let readiness: HealthReport
  let metrics: [MetricSnapshot]

  /// The document.
  func html() -> String {
    let program = Self.escaped(content.program)
    var html = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>\(program)</title><style>
      body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222}
      table{border-collapse:collapse;margin:.5em 0 1.5em}td,th{border:1px solid #ccc;padding:.25em .6em;text-align:left}
      .ok{color:#176317}.failing{color:#a01010;font-weight:bold}code{font-size:90%}
      </style></head><body>
      <h1>\(program)</h1>
      <p>version \(Self.escaped(content.version)), up \(Self.readable(uptime)); live: \(Self.word(liveness.isOK)), ready: \(Self.word(readiness.isOK))</p>

      """
    html += checkTable("Readiness", readiness)
    html += checkTable("Liveness", liveness)
    html += metricTable()
    html += linkList()
    return html + "</body></html>\n"
  }

  private func checkTable(_ title: String, _ report: HealthReport) -> String {
    guard !report.checks.isEmpty else { return "" }
    let rows = report.checks.map { check in
      "<tr><td>\(Self.escaped(check.name))</td><td>\(Self.word(check.isOK))</td><td>\(Self.escaped(Redaction.redacted(check.reason)))</td></tr>\n"
    }
    return "<h2>\(title)</h2>\n<table><tr><th>check</th><th>state</th><th>reason</th></tr>\n\(rows.joined())</table>\n"
  }

  private func metricTable() -> String {
    let byName = Dictionary(metrics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = content.keyMetrics.compactMap { byName[$0] }.flatMap { metric in
      metric.series.prefix(Self.seriesMax).map { series in
        let labels = series.labels.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
        return "<tr><td><code>\(Self.escaped(metric.name))</code></td><td>\(Self.escaped(labels))</td>"
          + "<td>\(Self.escaped(Self.readable(series.value)))</td><td>\(Self.escaped(metric.help ?? ""))</td></tr>\n"
      }
    }
    guard !rows.isEmpty else { return "" }
    return
      "<h2>Key figures</h2>\n<table><tr><th>metric</th><th>labels</th><th>value</th><th>what it says</th></tr>\n\(rows.joined())</table>\n"
  }

  private func linkList() -> String {
    let own = [
      OperationsLink(title: "/metrics", target: "/metrics", note: "every figure, for Prometheus"),
      OperationsLink(title: "/readyz", target: "/readyz", note: "the readiness checks as JSON"),
      OperationsLink(title: "/livez", target: "/livez", note: "the liveness checks as JSON"),
    ]
    let items = (content.links + own).map { link in
      let title = Self.escaped(link.title)
      let anchor = link.isSafe ? "<a href=\"\(Self.escaped(link.target))\">\(title)</a>" : title
      return "<li>\(anchor)\(link.note.isEmpty ? "" : ": " + Self.escaped(link.note))</li>\n"
    }
    return "<h2>Where to look</h2>\n<ul>\n\(items.joined())</ul>\n"
  }

  private static func word(_ isOK: Bool) -> String {
    isOK ? "<span class=\"ok\">ok</span>" : "<span class=\"failing\">failing</span>"
  }

  private static func readable(_ value: MetricSnapshot.Value) -> String {
    switch value {
    case .number(let number):
      return PrometheusTextFormat.number(number)
    case .histogram(let histogram):
      let quantiles = [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")].compactMap { quantile, name in
        histogram.estimate(quantile: quantile).map { "\(name) \(PrometheusTextFormat.number(($0 * 10_000).rounded() / 10_000))" }
      }
      return (["count \(histogram.count)"] + quantiles).joined(separator: ", ")
    }
  }

  /// `3d 4h 5m 6s`, without leading zero parts.
  static func readable(_ duration: Duration) -> String {
    let seconds = max(duration.components.seconds, 0)
    let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    let significant = parts.drop { $0.0 == 0 }
    return significant.isEmpty ? "0s" : significant.map { "\($0.0)\($0.1)" }.joined(separator: " ")
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
