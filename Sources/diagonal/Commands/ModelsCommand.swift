import ArgumentParser
import CLIP
import Foundation

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists the models that are known by name, with parameters and FLOPs.",
    discussion: """
      Their names go where a model's JSON does: model.config in a run file, diagonal inspect, diagonal convert --config. \
      FLOPs are those of a pair's forward pass with a caption that fills the context; see diagonal inspect.

      Example:
        diagonal models
        diagonal train run.yaml --set model.config=ViT-B-32
      """)

  @Flag(help: "Prints one JSON object.")
  var json = false

  private struct Model: Encodable {
    let name: String
    let parameters: Int
    let imageSize: Int
    let contextLength: Int
    let vocabulary: Int
    let forwardFlopsPerPair: Double

    enum CodingKeys: String, CodingKey {
      case name, parameters, vocabulary
      case imageSize = "image_size"
      case contextLength = "context_length"
      case forwardFlopsPerPair = "forward_flops_per_pair"
    }

    init(_ name: String, _ configuration: ModelConfiguration) {
      let text = configuration.text
      (self.name, parameters) = (name, configuration.parameterCount)
      (imageSize, contextLength, vocabulary) = (
        configuration.vision.imageSize, text.contextLength, text.vocabularySize
      )
      forwardFlopsPerPair = StepCost(configuration, captionTokens: text.contextLength).forwardFlopsPerPair
    }

    var line: String {
      let size = String(format: "%.1f", forwardFlopsPerPair / 1e9)
      return padded(name, 30) + column(grouped(parameters), 14) + column(size, 10) + column("\(imageSize)", 8)
        + column("\(contextLength)", 9) + column(grouped(vocabulary), 12)
    }
  }

  func run() throws {
    let models = KnownModels.names.compactMap { name in KnownModels.configuration(name).map { Model(name, $0) } }
    if json { return try printJSON(["models": models]) }
    print(
      padded("name", 30) + column("parameters", 14) + column("GFLOPs", 10) + column("pixels", 8) + column("context", 9)
        + column("vocabulary", 12))
    for model in models { print(model.line) }
  }
}
