import Foundation
import TestSupport
import Testing

@Suite struct ReportCommandTests {
  @Test func `a run is trained, told of, shown and watched`() throws {
    try SmallRun.make { small in
      let trained = try small.train(settings: ["log.tensorboard=true"], workers: .processes(2))
      try requireSuccess(trained)
      #expect(trained.stderr.contains("done: 4 steps in "))
      #expect(trained.stderr.contains("the model is \(small.output.checkpoint(4))"))
      let log = try read("\(small.output.path)/log.txt")
      #expect(log.contains(" 20 pairs, batch 8 ") && log.contains(" step 4/4 "))
      #expect(try names("\(small.output.path)/tensorboard").count == 1)

      let shown = try diagonal("report", small.output.path, "--json")
      try requireSuccess(shown)
      let answer = try JSONDecoder().decode(Answer.self, from: Data(shown.stdout.utf8))
      #expect(answer.problems == [] && answer.report == "\(small.output.path)/report.html")
      #expect(try read(answer.report).contains("At step 4"))

      let watched = try diagonal("watch", small.output.path)
      try requireSuccess(watched)
      #expect(watched.stdout.contains("run: step 4") && watched.stdout.contains("step 4\n"))
    }
  }

  @Test func `what is no run, or can't be replaced, is refused`() throws {
    try temporaryDirectory { directory in
      expectRefusal(try diagonal("report", directory), exit: 2, "is no run's directory")
      try write("seed: 1", "\(directory)/run.yaml")
      try write("mine", "\(directory)/mine.html")
      expectRefusal(
        try diagonal("report", directory, "--out", "\(directory)/mine.html"), exit: 2, "mine.html", "--out")
      expectRefusal(try diagonal("watch", directory, "--field", "los"), exit: 2, "--field los", "--help-metrics")
    }
  }

  @Test func `the fields of metrics are explained by the page's words`() throws {
    let help = try diagonal("train", "--help-metrics")
    try requireSuccess(help)
    #expect(try read("\(repository)/Sources/Runs/METRICS.md").hasSuffix(help.stdout))
  }

  private struct Answer: Decodable {
    let report: String
    let problems: [String]
  }
}
