import Foundation
import Reports
import Runs
import Settings
import TestSupport
import Testing

/// Rows of two evaluations, as a run writes them.
private func rows(_ name: String, scale: Double) -> String {
  [200, 400, 500].map { step in
    let share = scale * Double(step)
    return #"{"intervals":{"top1":[\#(share - 0.01),\#(share + 0.02)]},"kind":"zero-shot","name":\#(name),"#
      + #""numbers":{"macro":0.25,"top1":\#(share),"top5":0.9},"of":"current","pairs":310,"seconds":1.5,"skipped":0,"#
      + #""step":\#(step),"time":1.8e9}"# + "\n"
  }.joined()
}

@Suite struct EvaluationCurveTests {
  @Test func `evaluations are charted with their intervals, and told in a table`() throws {
    try RunFiles.make { files in
      let runs = [try files.recorded("a"), try files.recorded("b")]
      let name = String(decoding: try JSONEncoder().encode(hostile), as: UTF8.self)
      try write(rows("\"fruit\"", scale: 1e-3) + rows(name, scale: 1e-4), runs[0].evaluations)
      try write(rows("\"fruit\"", scale: 1.5e-3), runs[1].evaluations)
      var options = Report.Options()
      options.pairs = 0
      let report = Report(runs, options)
      #expect(!report.problems.contains { $0.contains("evaluations") })
      let html = report.html
      #expect(html.contains("<h3>fruit: top1</h3>") && html.contains("<h3>fruit: macro</h3>"))
      #expect(!html.contains("<h3>fruit: top5</h3>") && html.contains("fruit/top5, b"))
      #expect(html.contains("a: 20 % (19 to 22)") && html.contains("b: 75 % (74 to 77)"))
      #expect(!html.contains("<script"))
      #expect(!Report([try files.recorded("c")], options).html.contains("Evaluations while it trained"))
    }
  }

  @Test func `TensorBoard and the terminal have them too`() throws {
    try RunFiles.make { files in
      let run = try files.recorded("a", steps: 500)
      try write(rows("\"fruit\"", scale: 1e-3), run.evaluations)
      _ = try TensorBoardExport([run], to: files.path("events"))
      let name = try names(files.path("events/a"))[0]
      let file = try Data(contentsOf: URL(fileURLWithPath: files.path("events/a/\(name)")))
      #expect(file.range(of: Data("evaluation/fruit/top5".utf8)) != nil)
      var watched = WatchedRuns([run])
      watched.update()
      let number = try #require(MetricReference("fruit/top1"))
      let text = watched.text([], [number], columns: 60, rows: 20, isColored: false)
      #expect(text.contains("fruit/top1") && text.contains("step 500"), "\(text)")
    }
  }
}
