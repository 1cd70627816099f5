import Foundation
import Runs
import Settings

/// What was run: how it ended, and its settings, first those that aren't the defaults.
struct RunSection {
  let runs: [RunRecord]

  var section: Section {
    let bodies = runs.map { run -> Markup in
      let head: Markup = runs.count > 1 ? "<h3>\(run.name)</h3>" : ""
      return "\(head)\(facts(run))"
    }
    return Section(
      id: "run", title: runs.count > 1 ? "What was run, and what differs" : "What was run",
      body: "\(bodies)\(runs.count > 1 ? differences : changed)\(everything)", problems: runs.flatMap(\.problems))
  }

  private func facts(_ run: RunRecord) -> Markup {
    guard let last = run.metrics.last else { return "<p>No step is recorded.</p>" }
    let smooth = { (number: (Metrics) -> Double) in
      short(Curve(run.points(number), smoothing: CurveSections.smoothing).lastSmooth ?? .nan)
    }
    let seconds = run.metrics.reduce(0) { $0 + ($1.seconds.isFinite ? $1.seconds : 0) }
    let planned = run.run?.schedule.steps.map { " of \($0)" } ?? ""
    let facts = [
      ("\(last.step)\(planned)", "steps"), (short(Double(last.samples)), "pairs seen (\(short(last.epoch)) epochs)"),
      (smooth(\.loss), "loss, moving average"),
      last.textToImageTop1.isFinite
        ? (
          "\(smooth { 100 * $0.imageToTextTop1 }) / \(smooth { 100 * $0.textToImageTop1 }) %",
          "top-1 in the batch, both ways"
        ) : ("\(smooth { 100 * $0.imageToTextTop1 }) %", "top-1 in the batch"),
      (duration(seconds), "spent in steps"), ("\(workerCount(run))", "workers"), (start(run), "first step's end"),
    ]
    return "<div class=\"facts\">\(facts.map { "<div><b>\($0)</b><span>\($1)</span></div>" as Markup })</div>\n"
  }

  private func duration(_ seconds: Double) -> String {
    let whole = Int(min(1e12, max(0, seconds)).rounded())
    if whole < 120 { return "\(whole) s" }
    return whole < 7200 ? "\(whole / 60) min" : "\(short(Double(whole) / 3600)) h"
  }

  private func workerCount(_ run: RunRecord) -> String {
    run.workers.map(\.worker).max().map { "\($0 + 1)" } ?? "–"
  }

  private func start(_ run: RunRecord) -> String {
    guard let time = run.metrics.first?.time, time.isFinite else { return "not known" }
    let style = Date.ISO8601FormatStyle().year().month().day().dateTimeSeparator(.space).time(
      includingFractionalSeconds: false)
    return Date(timeIntervalSince1970: time).formatted(style) + " UTC"
  }

  private var changed: Markup {
    guard let run = runs.first?.run else { return "" }
    let rows = zip(run.values, RunFile().values).filter { $0.value != $1.value }.map { own, usual in
      [words(own.key.name), code(own.value), code(usual.value), words(own.key.meaning)]
    }
    return
      "<p>Settings that are not the defaults (what the run itself has settled, such as the chunk, is among them):</p>"
      + table(["key", "value", "default", "meaning"], rows, .settings)
  }

  /// The keys that don't have the same value in all runs.
  private var differences: Markup {
    let values = runs.map { $0.run?.values.map(\.value) }
    let rows = RunFileKey.all.indices.filter { key in Set(values.map { $0?[key] }).count > 1 }.map { key in
      [words(RunFileKey.all[key].name)] + values.map { code($0?[key] ?? "–") }
    }
    guard !rows.isEmpty else { return "<p>The runs' settings are the same.</p>" }
    return "<p>Settings that differ between the runs:</p>" + table(["key"] + runs.map(\.name), rows)
  }

  private var everything: Markup {
    let parts = runs.compactMap { record -> Markup? in
      guard let run = record.run else { return nil }
      let rows = run.values.map { [words($0.key.name), code($0.value)] }
      let whose = runs.count > 1 ? " of \(record.name)" : ""
      return "<details><summary>All settings\(whose)</summary>\(table(["key", "value"], rows))</details>\n"
    }
    return "\(parts)"
  }

  private func code(_ text: String) -> Markup { "<code>\(text)</code>" }
}
