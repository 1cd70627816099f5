import CLIP
import Engine
import Evaluation
import Foundation
import Pairs
import Randomness
import Testing

/// An embedding's bits depend on its picture or text alone: not on what shares its batch, nor on how many threads compute.
@Suite(.serialized) struct RowBitsTests {
  struct Model: Sendable, CustomTestStringConvertible {
    let name: String
    let vision: String
    let text: String
    var testDescription: String { name }

    func encoders(_ element: Element) throws -> Encoders {
      let json = #"{"embed_dim": 40, "vision_cfg": {\#(vision)}, "text_cfg": {\#(text)}}"#
      let model = CLIPModel(try ModelConfiguration(json: Data(json.utf8)), seed: 7)
      model.parameters.store(as: element)
      return try Encoders(model: model, tokenizer: Tokenizer(merges: []))
    }
  }

  static let gpt = #""context_length": 16, "vocab_size": 600, "width": 64, "heads": 2, "layers": 2"#
  static let bert =
    #""hf_model_name": "tiny", "context_length": 16, "hf_pooler_type": "mean_pooler", "hf_proj_type": "mlp", "#
    + #""hf_model_config": {"num_hidden_layers": 2, "hidden_size": 48, "num_attention_heads": 3, "#
    + #""intermediate_size": 100, "vocab_size": 600}"#

  static let models = [
    Model(
      name: "ViT and GPT",
      vision: #""image_size": 48, "patch_size": 8, "layers": 2, "width": 96, "head_width": 32"#, text: gpt),
    Model(
      name: "ModifiedResNet and BERT",
      vision: #""image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "head_width": 64, "patch_size": null"#,
      text: bert),
    Model(name: "VGG", vision: #""image_size": 32, "arch": "vgg11_bn""#, text: gpt),
    Model(name: "ResNet", vision: #""image_size": 64, "arch": "resnet18""#, text: gpt),
  ]

  static let counts = [1, 2, 7, 64, 128]

  @Test(arguments: models, [Element.f32, .bf16])
  func `a picture's row`(_ model: Model, _ element: Element) throws {
    let encoders = try model.encoders(element)
    var random = Philox(seed: 5, purpose: .data, sample: 1)
    let size = encoders.side * encoders.side * 3
    let pixels = (0..<128 * size).map { _ in UInt8(truncatingIfNeeded: random.index(below: 256)) }
    try expectSameBits(encoders.width) {
      try encoders.images(Array(pixels[$0.lowerBound * size..<$0.upperBound * size]))
    }
  }

  @Test(arguments: models.prefix(2), [Element.f32, .bf16])
  func `a text's row`(_ model: Model, _ element: Element) throws {
    let encoders = try model.encoders(element)
    var random = Philox(seed: 5, purpose: .data, sample: 2)
    // Of all lengths, the empty text and one that is cut among them.
    let texts = (0..<128).map { number in
      String((0..<number % 20).map { _ in Character(UnicodeScalar(UInt8(97 + random.index(below: 26)))) })
    }
    try expectSameBits(encoders.width) { try encoders.texts(Array(texts[$0])) }
  }

  /// Rows of 128 alone and in groups, on one thread and on two.
  private func expectSameBits(_ width: Int, _ encode: (Range<Int>) throws -> Tensor) throws {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let expected = try encode(0..<128).array.map(\.bitPattern)
    for threads in [1, 2] {
      Threads.count = threads
      for count in Self.counts {
        // Most begin where no group of 32 does.
        for first in stride(from: 0, through: 128 - count, by: max(count, 33)) {
          let found = try encode(first..<first + count).array.map(\.bitPattern)
          let own = Array(expected[first * width..<(first + count) * width])
          if found != own {
            Issue.record("\(count) rows from \(first) on, \(threads) threads: other bits than among 128 rows")
            return
          }
        }
      }
    }
  }
}
