import Foundation
import Reports
import Runs
import TestSupport
import Testing

@Suite struct TerminalTests {
  @Test func `dots lie where Braille has them`() {
    func drawn(_ draw: (inout BrailleCanvas) -> Void) -> String {
      var canvas = BrailleCanvas(columns: 1, rows: 1)
      draw(&canvas)
      return canvas.text(row: 0) { character, _ in String(character) }
    }
    for (x, y, expected) in [(0, 3, "⠁"), (1, 3, "⠈"), (0, 0, "⡀"), (1, 0, "⢀"), (2, 0, " ")] {
      #expect(drawn { $0.set(x, y, curve: 0) } == expected)
    }
    #expect(drawn { $0.line(from: (0, 0), to: (1, 3), curve: 0) } == "⡜")
  }

  @Test func `a falling curve falls, and says what it has come to`() {
    let curve = Curve((0...20).map { (step: $0, value: Double(20 - $0)) })
    let lines = TerminalChart(title: "loss", curves: [("run", curve)], isColored: false).lines(columns: 29, rows: 5)
    #expect(lines.count == 7)
    #expect(lines[0] == "loss  ━ run 0")
    #expect(lines[1].dropFirst(9).first != " ")
    #expect(lines[5].last != " " && lines[6].hasSuffix("step 20"))
    #expect(lines.allSatisfy { $0.count <= 29 })
  }

  @Test func `rows are followed while the file grows, and after it was cut off`() throws {
    try RunFiles.make { files in
      let run = try files.recorded("a", steps: 10)
      let all = try read(run.metrics)
      try write(String(all.prefix(all.count - 40)), run.metrics)
      var watched = WatchedRuns([run])
      let loss = MetricsField.all.filter { $0.name == "loss" }
      func head() -> String {
        watched.update()
        return String(watched.text(loss, columns: 60, rows: 12, isColored: false).prefix { $0 != "," })
      }
      #expect(head() == "a: step 9")
      try write(all, run.metrics)
      #expect(head() == "a: step 10")
      try write(all.split(separator: "\n").prefix(4).map { $0 + "\n" }.joined(), run.metrics)
      #expect(head() == "a: step 4")
    }
  }
}
