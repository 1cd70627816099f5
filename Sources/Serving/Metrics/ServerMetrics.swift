import Metrics

/// What a server counts of its work.
struct ServerMetrics: Sendable {
  let count = RequestCount()
  private let backend = PrometheusMetrics()
  private let waiting: Gauge
  private let batches: Recorder
  private let texts: Counter
  private let pictures: Counter

  init() {
    waiting = Gauge(label: "diagonal_queue_items", dimensions: [], factory: backend)
    batches = Recorder(label: "diagonal_batch_items", dimensions: [], aggregate: true, factory: backend)
    texts = Counter(label: "diagonal_encoded_total", dimensions: [("kind", "text")], factory: backend)
    pictures = Counter(label: "diagonal_encoded_total", dimensions: [("kind", "picture")], factory: backend)
  }

  /// A request was answered.
  ///
  /// - Parameter route: one of the server's own paths.
  func answered(_ route: String, status: Int, seconds: Double) {
    let names = [("route", route), ("status", "\(status)")]
    Counter(label: "diagonal_requests_total", dimensions: names, factory: backend).increment()
    Timer(label: "diagonal_request_seconds", dimensions: [("route", route)], factory: backend)
      .recordNanoseconds(Int64(seconds * 1e9))
  }

  /// How many texts and pictures wait or are being encoded.
  func queue(_ count: Int) { waiting.record(count) }

  /// Some were encoded together.
  func batch(texts: Int, pictures: Int) {
    batches.record(texts + pictures)
    self.texts.increment(by: texts)
    self.pictures.increment(by: pictures)
  }

  /// All of it as Prometheus reads it, with the process's memory.
  var text: String { backend.text() + residentMemoryText() }
}
