import ArgumentParser
import CLIP
import Engine
import Files
import Foundation
import Pairs
import Runs
import Safetensors

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Rewrites a model in OpenCLIP's format or in Hugging Face's.",
    discussion: """
      FROM is a model directory of either format, a checkpoint or a run (its newest one), or with --config a file of \
      weights, safetensors or PyTorch's; TO appears whole, with the tokenizer. What the other side can't hold is refused \
      by name. Weights keep their bits, unless --storage rounds them; for another picture size or context length \
      position embeddings are resized as OpenCLIP does.

      Examples:
        diagonal convert runs/emoji/checkpoints/step-00003600 emoji-hf --format hugging-face
        diagonal convert clip-vit-base-patch32 ViT-B-32 --format openclip --storage bf16
        diagonal convert ViT-B-16 ViT-B-16-384 --format openclip --image-size 384
        diagonal convert epoch_32.pt ViT-B-32 --config ViT-B-32
      """)

  @Argument(help: ArgumentHelp("The model directory or the file of weights to read.", valueName: "from"))
  var from: String

  @Argument(help: ArgumentHelp("The model directory to make.", valueName: "to"))
  var to: String

  @Option(
    help: ArgumentHelp(
      "Which model a file of weights is: a name that `diagonal models` lists, or an OpenCLIP model .json.",
      valueName: "name"))
  var config: String?

  @Option(help: "openclip or hugging-face (default: the one that FROM isn't, openclip for a file).")
  var format: ModelFormat?

  @Option(help: "f32, f16 or bf16: what the weights are rounded to.")
  var storage = FloatStorage.f32

  @Option(help: ArgumentHelp("The side of the pictures that the new model takes (default: FROM's).", valueName: "n"))
  var imageSize: Int?

  @Option(help: ArgumentHelp("Tokens of its captions (default: FROM's).", valueName: "n"))
  var contextLength: Int?

  @Option(
    help: ArgumentHelp("A merges file, vocab.txt, .model or tokenizer.json in place of FROM's own.", valueName: "file"))
  var tokenizer: String?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    try requirePath("TO", to)
    var isDirectory: ObjCBool = false
    if config != nil, FileManager.default.fileExists(atPath: from, isDirectory: &isDirectory), isDirectory.boolValue {
      throw ValidationError("--config \(config ?? ""): \(from) is a directory, which says itself what model it is")
    }
    for (name, value) in [("image-size", imageSize), ("context-length", contextLength)] {
      if let value, value < 1 { throw ValidationError("--\(name) is \(value), expected at least 1") }
    }
  }

  func run() throws {
    if FileManager.default.fileExists(atPath: to) { throw ConvertError.exists(to) }
    let from = config == nil ? try namedModel(from) : from
    let format = try format ?? (config == nil && ModelDirectory(from).format == .openCLIP ? .huggingFace : .openCLIP)
    let model = try load(from)
    let tokenizer = try FoundTokenizer.find(for: model.configuration.text, from: from, file: tokenizer, to: to)
    try AtomicDirectory.write(to) { temporary in
      let directory = ModelDirectory(temporary)
      switch format {
      case .openCLIP:
        try directory.save(model, with: tokenizer, storage: storage)
      case .huggingFace:
        try directory.saveHuggingFace(model, lastToken: tokenizer.map { Int($0.lastToken) }, storage: storage)
        try (tokenizer as? Tokenizer)?.writeHuggingFace(into: temporary)
        try (tokenizer as? SentencePieceTokenizer)?.writeHuggingFace(into: temporary)
      }
      try CarriedCard.carry(from: from, to: temporary, library: format == .openCLIP ? "open_clip" : "transformers")
    }
    try report(model, format, tokenizer != nil)
  }

  private func load(_ from: String) throws -> CLIPModel {
    let source = ModelDirectory(from)
    let configuration = try config.map(ModelConfiguration.init(named:)) ?? source.configuration()
    let resized = try configuration.resized(imageSize: imageSize, contextLength: contextLength)
    if resized == configuration {
      return try config == nil
        ? source.load(report: printError) : CLIPModel(configuration, weights: from, report: printError)
    }
    // A directory that preprocesses for another size says so before that is changed.
    let model = try CLIPModel(
      resized, preprocessing: config == nil ? source.preprocessing() : resized.usualPreprocessing)
    for line in try model.load(from: from) { printError(line) }
    return model
  }

  private func report(_ model: CLIPModel, _ format: ModelFormat, _ hasTokenizer: Bool) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: to).sorted()
    let parameters = model.parameters.count
    guard json else {
      let list = files.joined(separator: ", ")
      return print("\(to): \(format.rawValue), \(grouped(parameters)) parameters in \(storage.rawValue); \(list)")
    }
    try printJSON(
      Answer(
        from: from, to: to, format: format.rawValue, storage: storage.rawValue, parameters: parameters,
        tokenizer: hasTokenizer, files: files))
  }

  private struct Answer: Encodable {
    let from: String
    let to: String
    let format: String
    let storage: String
    let parameters: Int
    let tokenizer: Bool
    let files: [String]
  }
}
