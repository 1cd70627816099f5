import ArgumentParser
import Collectives
import Engine
import Evaluation
import Foundation
import Runs

/// What all commands that use a trained model are told.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model directory, OpenCLIP's or Hugging Face's, a checkpoint, or a run (its newest; RUN@1200: that step's; "
        + "RUN@best: its best by checkpoint.best).",
      valueName: "dir"))
  var model: String

  @Option(help: ArgumentHelp("A merges file or vocab.txt in place of the model directory's own.", valueName: "file"))
  var tokenizer: String?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core; under mpirun one).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    try requireCount("--threads", threads ?? 1, atMost: 4096)
  }

  func load() throws -> Encoders { try Self.load(model, tokenizer: tokenizer, threads: threads) }

  static func load(_ model: String, tokenizer: String?, threads: Int?) throws -> Encoders {
    try useThreads(threads)
    return try Encoders(directory: try namedModel(model), tokenizer: tokenizer)
  }

  static func useThreads(_ count: Int?) throws {
    let count = count ?? (MPICommunicator.isLaunched ? 1 : ProcessInfo.processInfo.activeProcessorCount)
    try Threads.require(count)
    Threads.count = count
  }
}

/// The model directory that a command's words name; of a run it says which checkpoint that is, of several workers one.
func namedModel(_ text: String) throws -> String {
  let found = try modelDirectory(text) { printError("passed over a checkpoint: \($0)") }
  if found != text, MPICommunicator.launchedRank ?? 0 == 0 { printError("\(text): \(found)") }
  return found
}
