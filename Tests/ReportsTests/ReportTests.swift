import Foundation
import Reports
import Runs
import TestSupport
import Testing

@Suite struct ReportTests {
  @Test func `a trained run's report shows its matrix, its answers and its samples, and no markup of a caption`() throws
  {
    try RunFiles.make { files in
      let report = Report([try files.trained("run")])
      #expect(report.problems == [])
      let html = report.html
      for words in [
        "Before the first step", "At step 2", "At step 4", "What it finds", "Pictures as the model sees them",
        "Slowest and fastest worker", "tree-reduce", "Histogram of pairs over time", "Mean cosine",
      ] { #expect(html.contains(words), "no \(words)") }
      // 3 matrices of 16 × 16, and their best cells.
      #expect(html.components(separatedBy: "class=\"best\"").count - 1 == 3 * 16)
      for markup in ["<script", "<img src=x", "onerror=alert(2)>", "</td></svg>"] {
        #expect(!html.lowercased().contains(markup), "\(markup)")
      }
      #expect(html.contains("&lt;script&gt;alert(1)"))
    }
  }

  @Test func `nothing is fetched from anywhere`() throws {
    try RunFiles.make { files in
      let html = Report([try files.trained("run")]).html
      for word in ["http://", "https://", "url(", "@import", "<link", "<script", "<iframe"] {
        #expect(!html.contains(word), "\(word)")
      }
      #expect(html.contains("default-src 'none'"))
    }
  }

  @Test func `what can't be opened is said in its place, and the rest is shown`() throws {
    try RunFiles.make { files in
      let run = try files.recorded(
        "run", settings: "model: {config: \(files.path("gone.json"))}\ndata: {train: x, tokenizer: y}\n")
      try FileManager.default.removeItem(atPath: run.workers)
      try write(read(run.metrics) + "not a row\n{\"step\":", run.metrics)
      let report = Report([run])
      #expect(report.problems.contains { $0.contains("gone.json") })
      #expect(report.problems.contains { $0.contains("workers.jsonl: No such file") })
      #expect(report.problems.contains { $0.contains("1 of 502 lines") })
      #expect(report.html.contains("<h3>Loss</h3>"))
    }
  }

  @Test func `several runs share curves, and a table has what differs`() throws {
    try RunFiles.make { files in
      let runs = [
        try files.recorded("<b>a", settings: "batch: {size: 32}"),
        try files.recorded("b", settings: "batch: {size: 64}"),
      ]
      var options = Report.Options()
      options.pairs = 0
      let html = Report(runs, options).html
      #expect(html.contains("<th scope=\"row\">batch.size</th><td><code>32</code></td><td><code>64</code></td>"))
      #expect(html.contains("class=\"line s1 d1\"") && !html.contains("<b>a"))
      #expect(html.contains("encode: 0.5 s") && html.contains("steps 1–15\n&lt;b&gt;a: "))
      #expect(!html.contains("<th scope=\"row\">seed</th><td><code>0</code></td><td>"))
    }
  }

  @Test func `only an older report is replaced`() throws {
    try RunFiles.make { files in
      var options = Report.Options()
      options.pairs = 0
      let report = Report([try files.recorded("a")], options)
      let path = files.path("report.html")
      try report.write(to: path)
      try report.write(to: path)
      #expect(try read(path).hasPrefix("<!doctype html>\n<!-- diagonal report -->\n"))
      try write("mine", path)
      #expect(throws: (any Error).self) { try report.write(to: path) }
      #expect(try read(path) == "mine")
      try FileManager.default.createSymbolicLink(atPath: files.path("link.html"), withDestinationPath: path)
      #expect(throws: (any Error).self) { try report.write(to: files.path("link.html")) }
    }
  }

  @Test func `evaluations are shown by class, the hardest first`() throws {
    try RunFiles.make { files in
      let json = #"""
        {"model":"m","data":["d"],"pairs":3,"top1":0.5,"top5":1,"macro":0.5,"chance":0.5,
         "classes":[{"name":"<b>easy","pairs":2,"correct":2},{"name":"hard","pairs":1,"correct":0}]}
        """#
      try write(json, files.path("eval.json"))
      var options = Report.Options()
      (options.pairs, options.evaluations) = (0, [files.path("eval.json"), files.path("gone.json")])
      let report = Report([try files.recorded("a")], options)
      let hard = try #require(report.html.range(of: ">hard<"))
      let easy = try #require(report.html.range(of: "&lt;b&gt;easy"))
      #expect(hard.lowerBound < easy.lowerBound)
      #expect(report.problems.count { $0.contains("gone.json") } == 1)
    }
  }
}
