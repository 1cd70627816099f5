import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Randomness
import Synchronization
import TestSupport
import Testing
import Training

/// Lanes that go through the encoders at once give the bits of lanes that go one by one, for every kind of tower that takes
/// them.
@Suite struct LanesTests {
  struct Model: Sendable, CustomTestStringConvertible {
    let name: String
    let vision: String
    let text: String
    var locks = TowerLocks()
    var testDescription: String { name }

    var configuration: ModelConfiguration {
      get throws {
        let json = #"{"embed_dim": 24, "vision_cfg": {\#(vision)}, "text_cfg": {\#(text)}}"#
        return try ModelConfiguration(json: Data(json.utf8))
      }
    }
  }

  static let vit = #""image_size": 16, "patch_size": 8, "layers": 2, "width": 32, "head_width": 16"#
  static let gpt = #""context_length": 9, "vocab_size": 50, "width": 32, "heads": 2, "layers": 2"#
  static let bert =
    #""hf_model_name": "tiny", "context_length": 9, "hf_pooler_type": "cls_pooler", "hf_proj_type": "mlp", "#
    + #""hf_model_config": {"num_hidden_layers": 2, "hidden_size": 48, "num_attention_heads": 3, "#
    + #""intermediate_size": 100, "vocab_size": 50}"#

  static let models = [
    Model(name: "ViT and GPT", vision: vit, text: gpt),
    Model(
      name: "layer scale, means of patches left out, a projection with a bias",
      vision: vit + #", "ls_init_value": 0.1, "pool_type": "avg", "patch_dropout": 0.5"#,
      text: gpt + #", "proj_bias": true"#),
    Model(name: "sines and BERT", vision: vit + #", "pos_embed_type": "sin_cos_2d""#, text: bert),
    Model(name: "a locked tower", vision: vit, text: gpt, locks: TowerLocks(image: 1, text: 2)),
    Model(name: "classes", vision: vit, text: #""classes": ["a", "b", "c"]"#),
  ]

  struct Result: Sendable, Equatable {
    var gradients: [[Float]] = []
    var sums: [Double] = []
  }

  @Test(arguments: models, [Element.f32, .bf16])
  func `lanes at once give the bits of lanes one by one`(_ model: Model, _ element: Element) throws {
    let expected = try run(model, workers: 8, together: 1, element: element)
    #expect(expected.gradients[0].contains { $0 != 0 } && expected.sums.allSatisfy { $0.isFinite })
    for (workers, together) in [(1, 1), (1, 8), (1, 2), (2, 4), (4, 2)] {
      let found = try run(model, workers: workers, together: together, element: element)
      #expect(found == expected, "\(workers) workers, \(together) lanes together")
    }
  }

  @Test(arguments: [GraphKeeping.never, .within(bytes: 100_000)], [false, true])
  func `so do graphs that are made again`(_ graphs: GraphKeeping, _ recomputesBlocks: Bool) throws {
    let model = Self.models[0]
    let expected = try run(model, workers: 8, together: 1)
    #expect(
      try run(model, workers: 1, together: 4, graphs: graphs, recomputesBlocks: recomputesBlocks) == expected)
  }

  @Test func `a tower that can't take lanes gets none`() throws {
    let networks = [
      #""image_size": 32, "arch": "resnet18""#, Self.vit + #", "distillation_token": true"#,
      Self.vit + #", "attentional_pool": true"#,
    ]
    for vision in networks {
      #expect(!CLIPModel(try Model(name: "", vision: vision, text: Self.gpt).configuration).takesLanes, "\(vision)")
    }
    let locked = try [networks[0], networks[1]].map { try Model(name: "", vision: $0, text: Self.gpt).configuration }
    #expect(locked.map { CLIPModel($0, locks: TowerLocks(image: 0)).takesLanes } == [false, true])
  }

  @Test(arguments: [(GraphKeeping.always, 4, 8), (.always, 32, 1), (.never, 4, 1), (.within(bytes: 0), 4, 1)])
  func `as many go at once as make up a good pass and fit`(_ keeping: GraphKeeping, _ chunk: Int, _ together: Int)
    throws
  {
    let model = CLIPModel(try Self.models[0].configuration)
    let plan = BatchPlan(batch: 16 * chunk, chunk: chunk, lanes: 16, workers: 2, rank: 0)
    let memory = ChunkMemory(of: model)
    #expect(plan.together(keeping, takesLanes: true, memory).together == together)
    #expect(plan.together(keeping, takesLanes: false, memory).together == 1)
    for (pairs, expected) in [(4, 4), (7, 2), (6, 2)] {
      let few = GraphKeeping.within(bytes: (memory.bytesPerPair + memory.bytesPerPair / 8) * pairs * chunk)
      #expect(plan.together(few, takesLanes: true, memory).together == min(expected, 32 / chunk), "\(pairs) chunks fit")
    }
  }

  /// Two steps' gradients, and what is summed of lanes besides.
  private func run(
    _ kind: Model, workers: Int, together: Int, element: Element = .f32, graphs: GraphKeeping = .always,
    recomputesBlocks: Bool = false
  ) throws -> Result {
    let results = Mutex<[Int: Result]>([:])
    let configuration = try kind.configuration
    try simulate(workers: workers) { communicator in
      let plan = BatchPlan(
        batch: 16, chunk: 2, lanes: 8, workers: workers, rank: communicator.rank, together: together)
      let model = CLIPModel(configuration, locks: kind.locks, seed: 1)
      model.parameters.store(as: element)
      let step = TrainingStep(
        model, plan: plan, exchange: try Exchange(communicator), graphs: graphs, recomputesBlocks: recomputesBlocks,
        textDropout: 0.1)
      var result = Result()
      for k in 0..<2 {
        let outcome = try step.run(step: k) { n in
          chunk(plan.positions(ofMyChunk: n + k * plan.chunksPerWorker), configuration)
        }
        result.gradients.append(outcome.sums.joined.array)
        result.sums += [outcome.loss, outcome.imageHits, outcome.laneSquares]
      }
      results.withLock { [result] in $0[communicator.rank] = result }
    }
    return results.withLock { $0[0] } ?? Result()
  }

  /// Pictures of noise with captions of many lengths, words of which come again.
  private func chunk(_ pairs: Range<Int>, _ configuration: ModelConfiguration) -> Batch {
    var random = Philox(seed: 3, purpose: .data, sample: UInt64(pairs.lowerBound))
    let (side, text) = (configuration.vision.imageSize, configuration.text)
    let images = (0..<pairs.count * side * side * 3).map { _ in UInt8(truncatingIfNeeded: random.word()) }
    let tokens =
      text.classes.map { classes in pairs.map { Int32($0 % classes.count) } }
      ?? text.captions(pairs.map { 2 + $0 * $0 % 7 }) { Int32(1 + random.index(below: 5)) }
    return Batch(images: images, tokens: tokens, samples: Array(pairs), side: side, contextLength: text.contextLength)
  }
}
