import Foundation
import TestSupport
import Testing

extension CommandTests {
  struct ExperimentCommandTests {
    /// What takes one of the repository's recipes runs in its root, as people run it.
    private func experiment(_ arguments: [String]) throws -> ProcessResult {
      try bash(
        #"cd "$1" && shift && exec "$@""#, [repository, diagonalExecutable, "experiment"] + arguments,
        timeoutSeconds: 300)
    }

    @Test(arguments: [
      ("batch", ["--part", "tune-pairs", "--part", "pairs", "--part", "concepts"]), ("diversity", []), ("limits", []),
      ("encoders", ["--part", "tune", "--part", "pairs"]),
    ])
    func `a tiny experiment makes its data, runs, goes on, and reports`(name: String, parts: [String]) throws {
      try temporaryDirectory { directory in
        let words = [name, "--out", "\(directory)/out", "--tiny"] + parts
        let first = try experiment(words + ["--json"])
        try requireSuccess(first)
        let answer = try JSONDecoder().decode(Answer.self, from: Data(first.stdout.utf8))
        #expect(answer.finished > 0 && !answer.findings.isEmpty && answer.problems.isEmpty)
        let rows = try String(contentsOfFile: "\(directory)/out/results.jsonl", encoding: .utf8)
        // Rows that are known come along, of whatever scale.
        let known = try? String(
          contentsOfFile: "\(repository)/launch/experiments/\(name)/results.jsonl", encoding: .utf8)
        #expect(rows.split(separator: "\n").count == answer.finished + (known ?? "").split(separator: "\n").count)
        let page = try String(contentsOfFile: "\(directory)/out/report.html", encoding: .utf8)
        #expect(page.contains("expected, before it was run") && page.contains("<svg"))
        let again = try experiment(words)
        try requireSuccess(again)
        #expect(again.stderr.contains(": 0 of ") && again.stdout.contains("verdict: "))
        #expect(try String(contentsOfFile: "\(directory)/out/results.jsonl", encoding: .utf8) == rows)
      }
    }

    @Test func `the control runs beside, on captions of other pictures`() throws {
      try temporaryDirectory { directory in
        let words = ["limits", "--out", "\(directory)/out", "--tiny"]
        try requireSuccess(experiment(words))
        let control = try experiment(words + ["--shuffled", "--json"])
        try requireSuccess(control)
        let answer = try JSONDecoder().decode(Answer.self, from: Data(control.stdout.utf8))
        #expect(!answer.findings.isEmpty && answer.findings.allSatisfy { $0.shuffled != nil })
        let runs = "\(directory)/out/shuffled-scenes/batches=mixed"
        let cell = try #require(try FileManager.default.contentsOfDirectory(atPath: runs).first)
        #expect(
          try String(contentsOfFile: "\(runs)/\(cell)/run.yaml", encoding: .utf8).contains("shuffle_captions: true"))
      }
    }

    /// The learning rate may change within a run, whose directory would else be found finished.
    @Test func `a cell whose settings were edited runs again, into a row of its own`() throws {
      try temporaryDirectory { directory in
        let recipe = try SmallRecipe(in: directory)
        func rows(learningRate: String, run expected: Int) throws -> [SmallRecipe.Row] {
          try recipe.write(learningRate: learningRate)
          let found = try experiment(recipe.arguments)
          try requireSuccess(found)
          #expect(found.stderr.contains("only: \(expected) of 1 cells to run"), "\(found.stderr)")
          return try recipe.rows
        }
        let first = try rows(learningRate: "1e-3", run: 1)
        let both = try rows(learningRate: "1e-2", run: 1)
        #expect(first.count == 1 && both.count == 2)
        #expect(both[0] == first[0] && both[1].settings != both[0].settings && both[1].numbers != both[0].numbers)
        #expect(try rows(learningRate: "1e-3", run: 0) == both)
      }
    }

    @Test func `a list that names pairs which the data don't have is refused before a cell runs`() throws {
      try temporaryDirectory { directory in
        let recipe = try SmallRecipe(in: directory)
        try recipe.write(learningRate: "1e-3", excluding: "count-000000\nnowhere\n")
        let found = try experiment(recipe.arguments)
        #expect(found.status == 2, "\(found.stderr)")
        #expect(found.stderr.contains("names 2 pairs to leave out, of which"), "\(found.stderr)")
        #expect((try? recipe.rows) == nil)
      }
    }

    @Test func `all recipes are listed with their time, and an unknown one is told`() throws {
      let list = try experiment(["--list"])
      try requireSuccess(list)
      for name in ["batch", "classes", "diversity", "encoders", "limits", "shift"] {
        #expect(list.stdout.contains("\(name): "))
      }
      let unknown = try experiment(["bach", "--out", "nowhere"])
      #expect(unknown.status == 2 && unknown.stderr.contains("there is no experiment bach: batch, "))
    }

    private struct Answer: Decodable {
      struct Entry: Decodable { let shuffled: Double? }
      let finished: Int
      let findings: [Entry]
      let problems: [String]
    }
  }
}
