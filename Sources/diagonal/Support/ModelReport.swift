import CLIP
import Foundation
import Safetensors

/// What `diagonal inspect` found of a model, as lines and as JSON.
struct ModelReport: Encodable {
  let model: String
  let kind: ModelInventory.Kind
  let tensors: [Tensor]
  let parameters: Parameters
  let flopsPerPair: Flops?
  /// Why it doesn't load.
  let problem: String?

  struct Tensor: Encodable {
    let name: String
    let shape: [Int]
    let type: String?
  }

  /// How many numbers each tower has.
  struct Parameters: Encodable {
    let image: Int
    let text: Int
    let other: Int
    let total: Int
  }

  /// Operations of the products, with captions of so many tokens.
  struct Flops: Encodable {
    let captionTokens: Int
    let forward: Double
    let training: Double

    enum CodingKeys: String, CodingKey {
      case captionTokens = "caption_tokens"
      case forward, training
    }
  }

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

extension ModelReport {
  /// Prints all but the problem.
  func show() {
    let wide = tensors.map(\.name.count).max() ?? 0
    for tensor in tensors {
      print("\(padded(tensor.name, wide))  \(padded(tensor.type ?? "", 4))  \(tensor.shape)")
    }
    print("\(model): \(kind.rawValue), \(tensors.count) tensors")
    for (what, count) in [
      ("picture encoder", parameters.image), ("text encoder", parameters.text),
      ("scale and bias", parameters.other), ("parameters in all", parameters.total),
    ] { print(padded(what, 18) + column(grouped(count), 14)) }
    guard let flopsPerPair else { return }
    print(
      String(
        format: "GFLOPs per pair: %.2f forward, %.2f in a training step (captions of %d tokens)",
        flopsPerPair.forward / 1e9, flopsPerPair.training / 1e9, flopsPerPair.captionTokens))
  }
}
