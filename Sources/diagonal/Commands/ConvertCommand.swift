import ArgumentParser
import CLIP
import Engine
import Files
import Foundation
import Pairs
import Safetensors

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Rewrites a model in OpenCLIP's format or in Hugging Face's.",
    discussion: """
      FROM is a model directory of either format, a checkpoint or a run (its newest one); TO appears whole, with the tokenizer. What the other \
      side can't hold is refused by name. Weights keep their bits, unless --storage rounds them; for another picture size or \
      context length position embeddings are resized as OpenCLIP does.

      Examples:
        diagonal convert runs/emoji/checkpoints/step-00003600 emoji-hf --format hugging-face
        diagonal convert clip-vit-base-patch32 ViT-B-32 --format openclip --storage bf16
        diagonal convert ViT-B-16 ViT-B-16-384 --format openclip --image-size 384
      """)

  @Argument(help: ArgumentHelp("The model directory to read.", valueName: "from"))
  var from: String

  @Argument(help: ArgumentHelp("The model directory to make.", valueName: "to"))
  var to: String

  @Option(help: "openclip or hugging-face (default: the one that FROM isn't).")
  var format: ModelFormat?

  @Option(help: "f32, f16 or bf16: what the weights are rounded to.")
  var storage = FloatStorage.f32

  @Option(help: ArgumentHelp("The side of the pictures that the new model takes (default: FROM's).", valueName: "n"))
  var imageSize: Int?

  @Option(help: ArgumentHelp("Tokens of its captions (default: FROM's).", valueName: "n"))
  var contextLength: Int?

  @Option(help: ArgumentHelp("A merges file in place of the directory's own tokenizer.", valueName: "file"))
  var tokenizer: String?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    try requirePath("TO", to)
    for (name, value) in [("image-size", imageSize), ("context-length", contextLength)] {
      if let value, value < 1 { throw ValidationError("--\(name) is \(value), expected at least 1") }
    }
  }

  func run() throws {
    if FileManager.default.fileExists(atPath: to) { throw ConvertError.exists(to) }
    let from = try namedModel(from)
    let source = ModelDirectory(from)
    let format = try format ?? (source.format == .openCLIP ? .huggingFace : .openCLIP)
    let model = try load(source, from)
    let tokenizer = try findTokenizer(for: model, from)
    try AtomicDirectory.write(to) { temporary in
      let directory = ModelDirectory(temporary)
      switch format {
      case .openCLIP:
        try directory.save(model, storage: storage)
        try tokenizer?.write(into: temporary)
      case .huggingFace:
        try directory.saveHuggingFace(model, lastToken: tokenizer.map { Int($0.lastToken) }, storage: storage)
        try (tokenizer as? Tokenizer)?.writeHuggingFace(into: temporary)
      }
    }
    try report(model, format, tokenizer != nil)
  }

  private func load(_ source: ModelDirectory, _ from: String) throws -> CLIPModel {
    let configuration = try source.configuration()
    let resized = try configuration.resized(imageSize: imageSize, contextLength: contextLength)
    if resized == configuration { return try source.load() }
    // A directory that preprocesses for another size says so before that is changed.
    let model = CLIPModel(resized, preprocessing: try source.preprocessing())
    for line in try model.load(from: from) { printError(line) }
    return model
  }

  private func findTokenizer(for model: CLIPModel, _ from: String) throws -> (any CaptionTokenizer)? {
    do {
      let found = try tokenizer.map(openTokenizer(file:)) ?? openTokenizer(directory: from)
      let room = model.configuration.text.vocabularySize
      guard found.vocabularySize <= room else {
        throw ConvertError.vocabulary(tokenizer ?? from, found: found.vocabularySize, expected: room)
      }
      return found
    } catch TokenizerError.noTokenizer where tokenizer == nil {
      printError("\(from) holds no tokenizer, so \(to) has none: name one by --tokenizer FILE")
      return nil
    }
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
