import ArgumentParser
import Engine
import Evaluation
import Foundation

/// What all commands that use a trained model are told.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A model directory, OpenCLIP's or Hugging Face's, or a checkpoint.", valueName: "dir"))
  var model: String

  @Option(help: ArgumentHelp("A merges file or vocab.txt in place of the model directory's own.", valueName: "file"))
  var tokenizer: String?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
  }

  func load() throws -> Encoders { try Self.load(model, tokenizer: tokenizer, threads: threads) }

  static func load(_ model: String, tokenizer: String?, threads: Int?) throws -> Encoders {
    useThreads(threads)
    return try Encoders(directory: model, tokenizer: tokenizer)
  }

  static func useThreads(_ count: Int?) { Threads.count = count ?? ProcessInfo.processInfo.activeProcessorCount }
}
