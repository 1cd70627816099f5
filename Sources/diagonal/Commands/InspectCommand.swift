import ArgumentParser
import CLIP
import Foundation
import Safetensors

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Prints a model's tensors, its parameters by tower and its FLOPs per pair.",
    discussion: """
      FLOPs are those of the matrix products that a plain implementation needs, 2 for a multiplication and its addition; \
      a training step has the gradients of weights and inputs besides. The loss isn't counted.

      Examples:
        diagonal inspect runs/emoji/checkpoints/step-00003600
        diagonal inspect launch/models/ViT-B-32.json --caption-tokens 21 --json
      """)

  @Argument(
    help: ArgumentHelp(
      "A model directory, OpenCLIP's or Hugging Face's, a checkpoint, an OpenCLIP model .json, or a .safetensors file.",
      valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("Tokens of a caption, its end included (default: all that fit).", valueName: "n"))
  var captionTokens: Int?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    if let captionTokens, captionTokens < 2 {
      throw ValidationError("--caption-tokens is \(captionTokens), expected at least 2")
    }
  }

  func run() throws {
    let inventory = try ModelInventory(of: model)
    let answer = Answer(model, inventory, cost(inventory))
    if json { try printJSON(answer) } else { show(answer) }
    // A model that doesn't load: what there is has been shown.
    if let problem = inventory.problem { throw problem }
  }

  private func cost(_ inventory: ModelInventory) -> Flops? {
    guard let configuration = inventory.configuration else { return nil }
    let tokens = min(captionTokens ?? .max, configuration.text.contextLength)
    let cost = StepCost(configuration, captionTokens: tokens)
    return Flops(captionTokens: tokens, forward: cost.forwardFlopsPerPair, training: cost.flopsPerPair)
  }

  private func show(_ answer: Answer) {
    let wide = answer.tensors.map(\.name.count).max() ?? 0
    for tensor in answer.tensors {
      let name = tensor.name.padding(toLength: wide, withPad: " ", startingAt: 0)
      print("\(name)  \((tensor.type ?? "").padding(toLength: 4, withPad: " ", startingAt: 0))  \(tensor.shape)")
    }
    print("\(model): \(answer.kind.rawValue), \(answer.tensors.count) tensors")
    for (what, count) in [
      ("picture encoder", answer.parameters.image), ("text encoder", answer.parameters.text),
      ("scale and bias", answer.parameters.other), ("parameters in all", answer.parameters.total),
    ] {
      print(what.padding(toLength: 18, withPad: " ", startingAt: 0) + column(grouped(count), 14))
    }
    if let flops = answer.flopsPerPair {
      let (forward, training) = (flops.forward / 1e9, flops.training / 1e9)
      print(
        String(
          format: "GFLOPs per pair: %.2f forward, %.2f in a training step (captions of %d tokens)", forward, training,
          flops.captionTokens))
    }
  }

  struct Flops: Encodable {
    let captionTokens: Int
    let forward: Double
    let training: Double

    enum CodingKeys: String, CodingKey {
      case captionTokens = "caption_tokens"
      case forward, training
    }
  }

  struct Answer: Encodable {
    struct Tensor: Encodable {
      let name: String
      let shape: [Int]
      let type: String?
    }

    struct Parameters: Encodable {
      let image: Int
      let text: Int
      let other: Int
      let total: Int
    }

    let model: String
    let kind: ModelInventory.Kind
    let tensors: [Tensor]
    let parameters: Parameters
    let flopsPerPair: Flops?
    /// Why it doesn't load.
    let problem: String?

    enum CodingKeys: String, CodingKey {
      case model, tensors, parameters, problem
      case kind = "format"
      case flopsPerPair = "flops_per_pair"
    }

    init(_ model: String, _ inventory: ModelInventory, _ flops: Flops?) {
      (self.model, kind, flopsPerPair) = (model, inventory.kind, flops)
      tensors = inventory.tensors.map { Tensor(name: $0.name, shape: $0.shape, type: $0.type?.rawValue) }
      parameters = Parameters(
        image: inventory.parameters(.image), text: inventory.parameters(.text), other: inventory.parameters(.neither),
        total: inventory.parameters())
      problem = inventory.problem.map { "\($0)" }
    }
  }
}
