import Testing

@testable import Telemetry

@Suite struct PrometheusTextFormatTests {
  private func text(_ metrics: [MetricSnapshot]) -> String {
    String(decoding: PrometheusTextFormat.encode(metrics), as: UTF8.self)
  }

  @Test func numbersAndLabels() {
    let metric = MetricSnapshot(
      name: "lag", kind: .gauge, help: "first\\line\nsecond \"quoted\"",
      series: [
        .init(labels: [], value: .number(1)),
        .init(labels: [LabelPair("a", "x\"y\\z\nw\r\n"), LabelPair("b", "é")], value: .number(0.5)),
      ])
    #expect(
      text([metric]) == #"""
        # HELP lag first\\line\nsecond "quoted"
        # TYPE lag gauge
        lag 1
        lag{a="x\"y\\z\nw
        """# + "\r\\n\",b=\"é\"} 0.5\n")
  }

  @Test func histogramsAreCumulative() {
    let histogram = HistogramSnapshot(buckets: [0.5, 1], counts: [2, 0, 1], sum: 10.25)
    let metric = MetricSnapshot(
      name: "w_seconds", kind: .histogram, help: nil, series: [.init(labels: [LabelPair("m", "p")], value: .histogram(histogram))])
    #expect(
      text([metric]) == """
        # TYPE w_seconds histogram
        w_seconds_bucket{m="p",le="0.5"} 2
        w_seconds_bucket{m="p",le="1"} 2
        w_seconds_bucket{m="p",le="+Inf"} 3
        w_seconds_sum{m="p"} 10.25
        w_seconds_count{m="p"} 3

        """)
  }

  @Test func metricsWithoutSeriesAreLeftOut() {
    #expect(text([MetricSnapshot(name: "x", kind: .counter, help: "h", series: [])]) == "")
  }

  @Test(arguments: [
    (0.0, "0"), (-3.0, "-3"), (0.1, "0.1"), (1e-7, "1e-07"), (9_007_199_254_740_992, "9007199254740992"), (1e300, "1e+300"),
    (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
  ])
  func numbersReadBack(value: Double, expected: String) {
    #expect(PrometheusTextFormat.number(value) == expected)
  }
}
