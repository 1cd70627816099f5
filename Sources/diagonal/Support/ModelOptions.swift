import ArgumentParser
import Engine
import Evaluation
import Foundation
import Pairs
import Runs
import Settings

/// What all commands that use a trained model are told.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A model directory, OpenCLIP's or Hugging Face's, or a checkpoint.", valueName: "dir"))
  var model: String

  @Option(help: ArgumentHelp("A merges file or vocab.txt in place of the model directory's own.", valueName: "file"))
  var tokenizer: String?

  @Option(
    help:
      "white (default): white stands behind transparent parts of pictures; opaque: their colours show, as in OpenCLIP.")
  var transparency: Transparency?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
  }

  func load() throws -> Encoders {
    Threads.count = threads ?? ProcessInfo.processInfo.activeProcessorCount
    var encoders = try Encoders(directory: model, tokenizer: tokenizer, report: printError)
    encoders.background = PictureBackground(transparency ?? .white)
    return encoders
  }
}
