// Trains a tiny CLIP model on pairs of noise, by two workers that are threads of this process, and prints the loss.
import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Training

let model = """
  {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "patch_size": 8, "width": 64, "layers": 2, "head_width": 32},
    "text_cfg": {"vocab_size": 600, "context_length": 16, "width": 64, "layers": 2, "heads": 2}
  }
  """
let configuration = try ModelConfiguration(json: Data(model.utf8))

try simulate(workers: 2) { workers in
  // The same seed gives all workers the same parameters, and every step keeps them so.
  let model = CLIPModel(configuration, seed: 1)
  let plan = BatchPlan(batch: 64, chunk: 16, lanes: 2, workers: workers.size, rank: workers.rank)
  let exchange = try Exchange(workers)
  let step = TrainingStep(model, plan: plan, exchange: exchange, graphs: .always)
  let adamW = AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6)
  let optimizer = Optimizer(model, .init(adamW: adamW, weightDecay: 0.2, clipNorm: nil), exchange: exchange)

  let mine = (0..<plan.chunksPerWorker).map { _ in noise(pairs: plan.chunk, configuration) }
  for n in 1...20 {
    let update = optimizer.begin(step: n, learningRate: 1e-3)
    let outcome = try step.run(mine, update: update)
    if workers.rank == 0 { print("step \(n): loss \(outcome.loss)") }
  }
}

/// Pictures and texts that mean nothing: all that can be learned is which belongs to which.
func noise(pairs count: Int, _ configuration: ModelConfiguration) -> Batch {
  let (side, length) = (configuration.vision.imageSize, configuration.text.contextLength)
  let words = 0..<Int32(configuration.text.vocabularySize)
  return Batch(
    images: (0..<count * side * side * 3).map { _ in .random(in: 0...255) },
    tokens: (0..<count * length).map { _ in .random(in: words) }, samples: Array(0..<count), side: side,
    contextLength: length)
}
