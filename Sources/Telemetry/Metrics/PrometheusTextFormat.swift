/// The Prometheus text exposition format 0.0.4: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
public enum PrometheusTextFormat {
  /// The value of `Content-Type`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The metrics as they are served, in the order given. A metric without series is left out.
  public static func encode(_ metrics: [MetricSnapshot]) -> [UInt8] {
    var text = ""
    text.reserveCapacity(metrics.count * 256)
    for metric in metrics where !metric.series.isEmpty {
      if let help = metric.help { text += "# HELP \(metric.name) \(escapedHelp(help))\n" }
      text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
      for series in metric.series { append(series, of: metric.name, to: &text) }
    }
    return Array(text.utf8)
  }

  private static func append(_ series: MetricSnapshot.Series, of name: String, to text: inout String) {
    switch series.value {
    case .number(let value):
      text += "\(name)\(labels(series.labels)) \(number(value))\n"
    case .histogram(let histogram):
      var cumulative: UInt64 = 0
      for (index, count) in histogram.counts.enumerated() {
        cumulative += count
        let bound = index < histogram.buckets.count ? number(histogram.buckets[index]) : "+Inf"
        text += "\(name)_bucket\(labels(series.labels + [LabelPair("le", bound)])) \(cumulative)\n"
      }
      text += "\(name)_sum\(labels(series.labels)) \(number(histogram.sum))\n"
      text += "\(name)_count\(labels(series.labels)) \(cumulative)\n"
    }
  }

  static func labels(_ pairs: [LabelPair]) -> String {
    guard !pairs.isEmpty else { return "" }
    return "{" + pairs.map { "\($0.name)=\"\(escapedLabelValue($0.value))\"" }.joined(separator: ",") + "}"
  }

  /// A sample value: whole numbers without a fraction, the rest in the shortest form that reads back the same.
  public static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    // Up to 2^53 every whole number is exact.
    if value.rounded(.towardZero) == value, abs(value) <= 9_007_199_254_740_992 { return String(Int64(value)) }
    return value.description
  }

  private static func escapedHelp(_ text: String) -> String {
    escaped(text, quotes: false)
  }

  private static func escapedLabelValue(_ text: String) -> String {
    escaped(text, quotes: true)
  }

  /// Backslash and newline are escaped everywhere, quotes in label values only. By scalar, not by character: `\r\n` is one character.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
