import Runs
import Training

/// Where the time went: by phase, by worker, by collective.
struct TimeSection {
  let runs: [RunRecord]

  var section: Section {
    let figures = runs.flatMap { run in [phases(run), slowest(run)].compactMap { $0 } }
    return Section(
      id: "time", title: "Time, workers and the wire", body: "\(runs.map(tables))",
      figures: figures + CurveSections(runs: runs).throughput)
  }

  private func title(_ text: String, _ run: RunRecord) -> String { runs.count > 1 ? "\(text): \(run.name)" : text }

  private static var phases: [(name: String, seconds: (Metrics) -> Double)] {
    [
      ("data", \.dataSeconds), ("encode", \.encodeSeconds), ("gather", \.gatherSeconds), ("loss", \.lossSeconds),
      ("backward", \.backwardSeconds), ("reduce", \.reduceSeconds), ("update", \.updateSeconds),
    ]
  }

  private func phases(_ run: RunRecord) -> Figure? {
    // Fewer than curves have: an edge for each would be noise.
    let layers = Self.phases.map { (name: $0.name, curve: Curve(run.points($0.seconds), most: 80)) }
    return StackedChart(
      layers: layers, title: title("Seconds of a step by phase", run), unit: "s",
      caption:
        "Worker 0's, stacked: the height is the whole step, a colour's height one phase's share. Gather and reduce "
        + "are waits for other workers and the wire; data is the wait for pictures."
    ).figure
  }

  private func slowest(_ run: RunRecord) -> Figure? {
    let steps = Dictionary(grouping: run.workers, by: \.step).sorted { $0.key < $1.key }
    guard steps.contains(where: { $0.value.count > 1 }) else { return nil }
    func line(_ name: String, _ style: Int, _ choose: ([Double]) -> Double?) -> LineChart.Line {
      .init(name: name, curve: Curve(steps.map { ($0.key, choose($0.value.map(\.ownSeconds)) ?? .nan) }), style: style)
    }
    return LineChart(
      title: title("Slowest and fastest worker", run), unit: "s",
      caption:
        "Seconds that a worker computed in a step, waits for others left out. The gap between both lines is time that "
        + "the fastest worker waits.",
      lines: [line("slowest", 1) { $0.max() }, line("fastest", 0) { $0.min() }], showsZero: true
    ).figure
  }

  private func tables(_ run: RunRecord) -> Markup {
    guard !run.workers.isEmpty else { return "" }
    let head: Markup = runs.count > 1 ? "<h3>\(run.name)</h3>" : ""
    return "\(head)\(workers(run))\(collectives(run))"
  }

  /// The workers that computed longest, in the mean of the recorded steps.
  private func workers(_ run: RunRecord) -> Markup {
    let steps = Set(run.workers.map(\.step)).count
    let longest = Dictionary(grouping: run.workers, by: \.step).compactMapValues { rows in
      rows.max { $0.ownSeconds < $1.ownSeconds }?.worker
    }
    let all = Dictionary(grouping: run.workers, by: \.worker).map { worker, rows in
      (worker: worker, host: rows[0].host, own: mean(rows.map(\.ownSeconds)), rows: rows)
    }.sorted { ($1.own, $0.worker) < ($0.own, $1.worker) }
    let shown = all.prefix(8).map { worker in
      [
        words("\(worker.worker)"), words(worker.host), words(short(worker.own)),
        words(short(mean(worker.rows.map { ($0.seconds["gather"] ?? 0) + ($0.seconds["reduce"] ?? 0) }))),
        words("\(longest.values.count { $0 == worker.worker }) of \(steps)"),
      ]
    }
    let which = all.count > 8 ? "The eight slowest of \(all.count) workers" : "Workers, the slowest first"
    return
      "<p>\(which): seconds of a step that it computed and waited, and at how many of the recorded steps it was the "
      + "slowest.</p>" + table(["worker", "host", "computed (s)", "waited (s)", "slowest"], shown, .numbers)
  }

  private func collectives(_ run: RunRecord) -> Markup {
    let first = run.workers.filter { $0.worker == 0 }
    let kinds = Set(first.flatMap(\.calls.keys)).sorted()
    guard !kinds.isEmpty else { return "" }
    let rows = kinds.map { kind in
      let calls = first.compactMap { $0.calls[kind] }
      return [
        words(kind.replacing("_", with: "-")), words(short(mean(calls.map { Double($0.bytes) / 1e6 }))),
        words(short(mean(calls.map(\.seconds)))),
      ]
    }
    return "<p>Collectives of a step, worker 0's; their seconds hold waits for others.</p>"
      + table(["collective", "MB", "seconds"], rows, .numbers)
  }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
