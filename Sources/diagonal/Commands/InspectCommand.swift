import ArgumentParser
import CLIP

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
      """
      A model directory, OpenCLIP's or Hugging Face's, a checkpoint, a run, a name that `diagonal models` lists, an \
      OpenCLIP model .json, a .safetensors file, or PyTorch's .pt or .bin.
      """,
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
    let inventory = try ModelInventory(of: try namedModel(model))
    let report = ModelReport(model, inventory, cost(inventory))
    if json { try printJSON(report) } else { report.show() }
    // A model that doesn't load: what there is has been shown.
    if let problem = inventory.problem { throw problem }
  }

  private func cost(_ inventory: ModelInventory) -> ModelReport.Flops? {
    guard let configuration = inventory.configuration else { return nil }
    let tokens = min(captionTokens ?? .max, configuration.text.contextLength)
    let cost = StepCost(configuration, captionTokens: tokens)
    return ModelReport.Flops(captionTokens: tokens, forward: cost.forwardFlopsPerPair, training: cost.flopsPerPair)
  }
}
