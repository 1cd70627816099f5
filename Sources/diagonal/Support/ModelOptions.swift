import ArgumentParser
import Collectives
import Engine
import Evaluation
import Foundation
import Pairs
import Runs
import Settings

/// What all commands that use a trained model are told.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model directory, OpenCLIP's or Hugging Face's, a checkpoint, or a run (its newest; RUN@1200: that step's; "
        + "RUN@best: its best by checkpoint.best).",
      valueName: "dir"))
  var model: String

  @OptionGroup var reading: ModelReading

  /// - Parameter tower: the one encoder that is needed; nil for both.
  func load(only tower: Tower? = nil) throws -> Encoders { try reading.load(model, only: tower) }

  static func load(_ model: String, only tower: Tower? = nil, tokenizer: String?, threads: Int?) throws -> Encoders {
    try useThreads(threads)
    // Workers find the same things worth telling.
    let speaks = MPICommunicator.launchedRank ?? 0 == 0
    return try Encoders(directory: try namedModel(model), only: tower, tokenizer: tokenizer) {
      if speaks { printError($0) }
    }
  }

  static func useThreads(_ count: Int?) throws {
    let count = count ?? (MPICommunicator.isLaunched ? 1 : ProcessInfo.processInfo.activeProcessorCount)
    try Threads.require(count)
    Threads.count = count
  }
}

/// How a model's inputs are read, and on how many threads it computes.
struct ModelReading: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A merges file, vocab.txt, .model or tokenizer.json in place of the model directory's own.", valueName: "file"))
  var tokenizer: String?

  @Option(
    help:
      "white (default): white stands behind transparent parts of pictures; opaque: their colours show, as in OpenCLIP.")
  var transparency: Transparency?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core; under mpirun one).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    try requireCount("--threads", threads ?? 1, atMost: 4096)
  }

  func load(_ model: String, only tower: Tower? = nil) throws -> Encoders {
    var encoders = try ModelOptions.load(model, only: tower, tokenizer: tokenizer, threads: threads)
    encoders.background = PictureBackground(transparency ?? .white)
    return encoders
  }

  func useThreads() throws { try ModelOptions.useThreads(threads) }
}

/// The model directory that a command's words name; of a run it says which checkpoint that is, of several workers one.
func namedModel(_ text: String) throws -> String {
  let found = try modelDirectory(text) { printError("passed over a checkpoint: \($0)") }
  if found != text, MPICommunicator.launchedRank ?? 0 == 0 { printError("\(text): \(found)") }
  return found
}
