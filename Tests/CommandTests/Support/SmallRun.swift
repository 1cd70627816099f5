import Foundation
import TestSupport
import Testing

/// A run of 4 steps over 20 pictures, made of files that a test may spoil before it is started.
struct SmallRun {
  let directory: String
  var output: RunOutput { RunOutput("\(directory)/run") }

  /// Calls `body` with a run whose files are new.
  static func make(_ body: (SmallRun) throws -> Void) throws {
    try temporaryDirectory { directory in
      let small = SmallRun(directory: directory)
      try small.writeFiles()
      try body(small)
    }
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// Packs the pairs' files into train.tar.
  func pack() throws { try requireSuccess(bash(#"cd "$1/pairs" && tar cf ../train.tar *"#, [directory])) }

  func train(
    _ options: [String] = [], settings: [String] = [], workers: Workers? = nil, environment: [String: String] = [:]
  ) throws -> ProcessResult {
    let arguments = arguments(options, settings: settings)
    return try run(
      command: workers?.command(arguments) ?? [diagonalExecutable] + arguments, environment: environment)
  }

  /// What follows `diagonal`.
  func arguments(_ options: [String] = [], settings: [String] = []) -> [String] {
    let all = ["model.config=\(path("model.json"))", "data.train=\(path("train.tar"))"] + settings
    return ["train", path("run.yaml")] + all.flatMap { ["--set", $0] }
      + (options.contains("--out") ? [] : ["--out", output.path])
      + options
  }

  /// Trains whole, on two workers, and in two parts; expects the same last checkpoint each time.
  ///
  /// - Parameter steps: of the run, an even number.
  func expectSameBytes(
    _ settings: [String], steps: Int = 4, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let settings = settings + ["schedule.steps=\(steps)", "checkpoint.every=\(steps / 2)"]
    try requireSuccess(train(settings: settings), sourceLocation: sourceLocation)
    let whole = try output.files(steps)
    let two = RunOutput(path("two"))
    try requireSuccess(
      train(["--out", two.path], settings: settings, workers: .simulated(2)), sourceLocation: sourceLocation)
    #expect(try two.files(steps) == whole, sourceLocation: sourceLocation)
    try FileManager.default.removeItem(atPath: output.checkpoint(steps))
    let resumed = try train(settings: settings, workers: .simulated(4))
    try requireSuccess(resumed, sourceLocation: sourceLocation)
    #expect(resumed.stderr.contains("from step \(steps / 2) "), sourceLocation: sourceLocation)
    #expect(try output.files(steps) == whole, sourceLocation: sourceLocation)
  }

  private func writeFiles() throws {
    try FileManager.default.createDirectory(atPath: path("pairs"), withIntermediateDirectories: false)
    for number in 10..<30 {
      try FileManager.default.copyItem(atPath: Golden.path("pictures/rgb.png"), toPath: path("pairs/p\(number).png"))
      try write("pairs/p\(number).txt", "picture number \(number)")
    }
    try pack()
    try write("model.json", Self.model)
    // A tokenizer of bytes alone. No line may follow the first: OpenCLIP takes an empty one for a merge too.
    try write("merges.txt", "#version: 0.2")
    try write(
      "run.yaml",
      """
      data: {tokenizer: \(path("merges.txt"))}
      batch: {size: 8}
      schedule: {steps: 4}
      checkpoint: {every: 2}
      """)
  }

  static let model = """
    {"embed_dim": 16,
     "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 64, "patch_size": 16},
     "text_cfg": {"context_length": 16, "vocab_size": 514, "width": 64, "heads": 1, "layers": 1}}
    """
}

/// Expects an exit with this code, or with 1 or 2, and one line that says all of `words`.
func expectRefusal(
  _ result: ProcessResult, exit code: Int32? = nil, _ words: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    code.map { $0 == result.status } ?? [1, 2].contains(result.status), "\(result.stderr)",
    sourceLocation: sourceLocation)
  #expect(
    result.stderr.split(separator: "\n").contains { line in words.allSatisfy { line.contains($0) } },
    "no line with \(words) in: \(result.stderr)", sourceLocation: sourceLocation)
}
