/// The live value behind one combination of labels.
enum MetricSeries: Sendable {
  case counter(PrometheusCounter)
  case gauge(PrometheusGauge)
  case histogram(PrometheusHistogram)

  init(kind: MetricKind, buckets: [Double]) {
    switch kind {
    case .counter: self = .counter(PrometheusCounter())
    case .gauge: self = .gauge(PrometheusGauge())
    case .histogram: self = .histogram(PrometheusHistogram(buckets: buckets))
    }
  }

  var value: MetricSnapshot.Value {
    switch self {
    case .counter(let counter): .number(counter.value)
    case .gauge(let gauge): .number(gauge.value)
    case .histogram(let histogram): .histogram(histogram.snapshot)
    }
  }

  /// Whether `handler` is the object that keeps this series.
  func isKept(by handler: AnyObject) -> Bool {
    switch self {
    case .counter(let counter): counter === handler
    case .gauge(let gauge): gauge === handler
    case .histogram(let histogram): histogram === handler
    }
  }
}
