import ArgumentParser
import CLIP
import Engine
import Evaluation
import Files
import Foundation
import Pairs
import Runs
import Safetensors

struct AverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "average",
    abstract: "Averages the weights of two models, as of one before and after fine-tuning.",
    discussion: """
      Every weight of the new model is (1 − at) · A's + at · B's. Between a model and what fine-tuning made of it such a \
      model often keeps what A knew of other pictures and has most of what B learned (WiSE-FT: Wortsman et al., 2022). The \
      models must be of one configuration and have one tokenizer. The new directory is in OpenCLIP's format.

      Example:
        diagonal average ViT-B-32 runs/fine-tuned --at 0.5 --out runs/between
      """)

  @Argument(help: ArgumentHelp("A model directory, a checkpoint or a run: the model at 0.", valueName: "a"))
  var first: String

  @Argument(help: ArgumentHelp("Another: the model at 1, whose tokenizer and card the new one gets.", valueName: "b"))
  var second: String

  @Option(help: ArgumentHelp("Where between A and B: a share from 0 to 1.", valueName: "share"))
  var at: Float = 0.5

  @Option(help: ArgumentHelp("The model directory to make.", valueName: "dir"))
  var out: String

  @Option(help: "f32, f16 or bf16: what the weights are rounded to.")
  var storage = FloatStorage.f32

  @Option(
    help: ArgumentHelp(
      "A merges file, vocab.txt, .model or tokenizer.json in place of the directories' own.", valueName: "file"))
  var tokenizer: String?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    try requirePath("--out", out)
    guard (0...1).contains(at) else { throw ValidationError("--at is \(at), expected from 0 to 1") }
  }

  func run() throws {
    if FileManager.default.fileExists(atPath: out) { throw ConvertError.exists(out) }
    let (first, second) = (try namedModel(first), try namedModel(second))
    let model = try average(first, second)
    let tokenizer = try commonTokenizer(model.configuration.text, first, second)
    try AtomicDirectory.write(out) { temporary in
      try ModelDirectory(temporary).save(model, with: tokenizer, storage: storage)
      try CarriedCard.carry(from: second, to: temporary, library: "open_clip")
    }
    try report(model, tokenizer != nil)
  }

  private func average(_ first: String, _ second: String) throws -> CLIPModel {
    let before = try ModelDirectory(first).load(report: printError)
    let after = try ModelDirectory(second).load(report: printError)
    return try before.average(with: after, at: at)
  }

  /// - Throws: where both have one and these differ.
  private func commonTokenizer(
    _ text: ModelConfiguration.Text, _ first: String, _ second: String
  ) throws -> (any CaptionTokenizer)? {
    if tokenizer != nil { return try FoundTokenizer.find(for: text, from: second, file: tokenizer, to: out) }
    if let classes = text.classes { return ClassTokenizer(classes) }
    let options = TokenizerOptions(text)
    func own(_ directory: String) throws -> (any CaptionTokenizer)? {
      do {
        return try openTokenizer(directory: directory, options, isOpenAI: text.readsOpenAIVocabulary)
      } catch TokenizerError.noTokenizer { return nil }
    }
    if let one = try own(first), let other = try own(second), one.definition != other.definition {
      throw ConvertError.tokenizers(first, second)
    }
    return try own(second) ?? own(first) ?? FoundTokenizer.find(for: text, from: second, to: out)
  }

  private func report(_ model: CLIPModel, _ hasTokenizer: Bool) throws {
    let parameters = model.parameters.count
    guard json else {
      return print("\(out): \(grouped(parameters)) parameters between \(first) and \(second), at \(at)")
    }
    try printJSON(Answer(a: first, b: second, at: at, out: out, parameters: parameters, tokenizer: hasTokenizer))
  }

  private struct Answer: Encodable {
    let a: String
    let b: String
    let at: Float
    let out: String
    let parameters: Int
    let tokenizer: Bool
  }
}
