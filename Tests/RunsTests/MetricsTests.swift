import Collectives
import Files
import Foundation
import Runs
import TestSupport
import Testing

private func row(_ step: Int) -> Metrics {
  var row = Metrics()
  row.step = step
  row.samples = 64 * step
  row.loss = 0.1
  row.seconds = 2
  row.wireBytes = 1 << 40
  return row
}

private func steps(_ path: String) throws -> [Int] {
  try read(path).split(separator: "\n").map { try JSONDecoder().decode(Metrics.self, from: Data($0.utf8)).step }
}

@Suite struct MetricsTests {
  @Test func `a row has the contract's fields in its order`() throws {
    let fields = """
      step samples epoch loss logit_scale learning_rate gradient_norm image_to_text_top1 text_to_image_top1 duplicates \
      seconds pairs_per_second data_seconds encode_seconds gather_seconds loss_seconds backward_seconds reduce_seconds \
      update_seconds wire_bytes peak_bytes gather_hidden_seconds reduce_hidden_seconds image_gradient_norm \
      text_gradient_norm gradient_signal gradient_noise noise_scale slowest_worker slowest_seconds \
      duplicate_images duplicate_labels effective_negatives time hard_negatives
      """
    let names = row(1).line.matches(of: /"([a-z_0-9]+)":/).map { String($0.1) }
    #expect(names.joined(separator: " ") == fields)
  }

  /// Values that tell the fields apart, so that no two can be exchanged.
  @Test func `each field stands under its name`() {
    var row = Metrics()
    (row.step, row.samples, row.epoch, row.loss, row.logitScale) = (1, 2, 3, 4, 5)
    (row.learningRate, row.gradientNorm, row.imageToTextTop1, row.textToImageTop1, row.duplicates) = (6, 7, 8, 9, 10)
    (row.seconds, row.pairsPerSecond, row.dataSeconds, row.encodeSeconds, row.gatherSeconds) = (11, 12, 13, 14, 15)
    (row.lossSeconds, row.backwardSeconds, row.reduceSeconds, row.updateSeconds) = (16, 17, 18, 19)
    (row.wireBytes, row.peakBytes, row.gatherHiddenSeconds, row.reduceHiddenSeconds) = (20, 21, 22, 23)
    (row.imageGradientNorm, row.textGradientNorm, row.gradientSignal, row.gradientNoise) = (24, 25, 26, 27)
    (row.noiseScale, row.slowestWorker, row.slowestSeconds, row.duplicateImages) = (28, 29, 30, 31)
    (row.duplicateLabels, row.effectiveNegatives, row.time, row.hardNegatives) = (32, 33, 34, 35)
    let values = row.line.matches(of: /:([0-9.]+)/).compactMap { Double($0.1) }
    #expect(values == (1...35).map(Double.init))
  }

  @Test func `a row comes back as it was`() throws {
    var row = row(3)
    row.learningRate = 1e-7
    let again = try JSONDecoder().decode(Metrics.self, from: Data(row.line.utf8))
    #expect(again.line == row.line)
    #expect((again.step, again.loss, again.learningRate, again.wireBytes) == (3, 0.1, 1e-7, 1 << 40))
    let coded = try JSONDecoder().decode(Metrics.self, from: JSONEncoder().encode(row))
    #expect(coded.line == row.line)
  }

  @Test func `what is not finite is null`() throws {
    var row = row(1)
    row.loss = .nan
    row.gradientNorm = .infinity
    #expect(row.line.contains(#""loss":null"#) && row.line.contains(#""gradient_norm":null"#))
    #expect(try JSONDecoder().decode(Metrics.self, from: Data(row.line.utf8)).loss.isNaN)
    #expect(try JSONDecoder().decode(Metrics.self, from: JSONEncoder().encode(row)).gradientNorm.isNaN)
  }
}

@Suite struct MetricsFieldTests {
  @Test func `each key that is written is in the table, with a meaning`() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(row(1))) as? [String: Any])
    #expect(Set(object.keys) == Set(MetricsField.all.map(\.name)))
    #expect(MetricsField.all.allSatisfy { !$0.meaning.isEmpty })
  }

  @Test func `the page is the table`() throws {
    #expect(try read("\(repository)/Sources/Runs/METRICS.md") == "# What metrics.jsonl holds\n\n" + MetricsField.help)
  }
}

@Suite struct NoiseAverageTests {
  @Test func `signal and noise are averaged before they are divided`() {
    var average = NoiseAverage()
    // A step's own ratio would be 64 and −64.
    #expect(average.add(signal: 1, noise: 64) == 64)
    let second = average.add(signal: -0.5, noise: 32)
    #expect(abs(second - (0.99 * 64 + 32) / (0.99 - 0.5)) < 1e-9)
  }

  @Test func `it is absent where it isn't defined`() {
    var average = NoiseAverage()
    #expect(average.add(signal: -1, noise: 64).isNaN)
    #expect(average.add(signal: .nan, noise: .nan).isNaN)
    #expect(average.add(signal: 10, noise: 64) > 0)
  }

  @Test func `a resumed run goes on with the same bits`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/metrics.jsonl"
      let values: [(signal: Double, noise: Double)] = [(0.9, 0.1), (0.4, 0.4), (0.23, 0.9), (-0.2, 1.6), (0.1, -2.5)]
      var whole = NoiseAverage()
      var lines = ""
      for (signal, noise) in values {
        var row = Metrics()
        (row.gradientSignal, row.gradientNoise) = (signal, noise)
        lines += row.line + "\n"
        _ = whole.add(signal: signal, noise: noise)
      }
      try write(lines, path)
      var resumed = NoiseAverage(after: path)
      #expect(resumed.add(signal: 0.3, noise: 0.7) == whole.add(signal: 0.3, noise: 0.7))
    }
  }
}

@Suite struct MetricsWriterTests {
  @Test func `a resumed run has one row a step`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/metrics.jsonl"
      let first = try MetricsWriter(path, keepingThrough: 0)
      for step in 1...5 { try first.append(row(step)) }
      #expect(try steps(path) == [1, 2, 3, 4, 5])

      let second = try MetricsWriter(path, keepingThrough: 3)
      #expect(try steps(path) == [1, 2, 3])
      try second.append(row(4))
      #expect(try steps(path) == [1, 2, 3, 4])

      _ = try MetricsWriter(path, keepingThrough: 0)
      #expect(try read(path) == "")
    }
  }

  @Test func `a row cut short is dropped`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/metrics.jsonl"
      try write(row(1).line + "\n" + row(2).line.prefix(40), path)
      try MetricsWriter(path, keepingThrough: 9).append(row(2))
      #expect(try steps(path) == [1, 2])
    }
  }

  @Test func `a damaged row stays and is named, and those after it stay`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/metrics.jsonl"
      var rows = (1...5).map { row($0).line }
      rows[1] = "{\"step\":2,"
      // A digit more, as if it were of a later step.
      rows[2] = rows[2].replacing("\"step\":3", with: "\"step\":33")
      try write(rows.joined(separator: "\n") + "\n", path)
      let writer = try MetricsWriter(path, keepingThrough: 4, hasEvery: true)
      #expect(try read(path) == rows[..<4].joined(separator: "\n") + "\n")
      #expect(
        writer.problems == [
          "\(path): what isn't a row stays, line 2, 3",
          "\(path) has rows of 2 of the 4 steps that the checkpoint has done",
        ])
      // The last step's own row is the damaged one.
      try write((rows[..<2] + ["x"]).joined(separator: "\n") + "\n" + rows[3...].joined(separator: "\n") + "\n", path)
      _ = try MetricsWriter(path, keepingThrough: 3)
      #expect(try read(path) == (rows[..<2] + ["x"]).joined(separator: "\n") + "\n")
    }
  }

  @Test func `a file that cannot be made is an error`() {
    #expect(throws: FileError.unwritable(path: "/dev/null/m", reason: "Not a directory")) {
      try MetricsWriter("/dev/null/m", keepingThrough: 0)
    }
  }
}

@Suite struct MetricsProgressTests {
  private func shown(terminal: Bool, steps: ClosedRange<Int>) -> [String] {
    var lines: [String] = []
    let progress = ProgressLine(steps: 10, every: 4, line: RenewingLine(terminal: terminal) { lines.append($0) })
    for step in steps { progress.show(row(step)) }
    return lines
  }

  @Test func `plain lines come of the first step, of every so many and of the last`() {
    let lines = shown(terminal: false, steps: 1...10)
    #expect(lines.map { $0.prefix(9) } == ["step 1/10", "step 4/10", "step 8/10", "step 10/1"])
    #expect(lines[1] == "step 4/10  loss 0.1000  top-1 0.0 %  0 pairs/s  12s left\n")
  }

  @Test func `in the end it says what was found, and where`() throws {
    try TinyTraining.make { training in
      let log = try LogFile(training.path("log.txt"))
      let setup = try training.setup(workers: 1, out: "run")
      try simulate(workers: 1) { workers in
        try Trainer(setup, workers: workers, report: { _ in }) {
          [ProgressLine(steps: 4, every: 100, log: log)]
        }.run()
      }
      let lines = try read(training.path("log.txt")).split(separator: "\n").map(String.init)
      #expect(lines.allSatisfy { $0.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .+/) != nil })
      try #require(lines.count == 5)
      #expect(lines[0].contains(" step 1/4 ") && lines[1].contains(" step 4/4 "))
      #expect(lines[2].contains(" done: 4 steps in ") && lines[2].contains("32 pairs seen"))
      #expect(lines[3].hasSuffix(" of the time was spent waiting for data"))
      #expect(lines[4].contains(setup.directory.checkpoint(4)))
      #expect(lines[4].hasSuffix("diagonal report \(setup.directory.path)"))
    }
  }

  @Test func `in the end it says how long the run waited for data`() {
    var lines: [String] = []
    let progress = ProgressLine(steps: 4, every: 4, line: RenewingLine(terminal: false) { lines.append($0) })
    for step in 1...4 {
      var row = row(step)
      row.dataSeconds = step == 1 ? 0.4 : 0
      progress.step(row, nil)
    }
    progress.finished()
    #expect(lines.contains("5.0 % of the time was spent waiting for data\n"))
  }

  @Test func `a terminal has one line that renews itself, at most ten times a second`() {
    let lines = shown(terminal: true, steps: 1...10)
    #expect(lines.count < 10)
    #expect(lines.allSatisfy { $0.hasPrefix("\r") })
    #expect(lines.filter { $0.hasSuffix("\n") } == [lines[lines.count - 1]])
  }

  @Test func `times left read well`() {
    #expect(
      [0.4, 59, 60, 187, 3599.6, 7500, .nan].map(duration) == [
        "0s", "59s", "1m 00s", "3m 07s", "1h 00m", "2h 05m", "?",
      ])
  }
}
