import CLIP
import Engine
import Foundation
import TestSupport
import Testing

/// A variant of `Tests/Golden/encoders.json` with the parameters that `encoders.py` fills it with.
struct Variant {
  let name: String
  let model: CLIPModel

  static func configuration(_ name: String) throws -> ModelConfiguration {
    let json = try Data(contentsOf: URL(fileURLWithPath: Golden.path("encoders.json")))
    let all = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
    return try ModelConfiguration(json: JSONSerialization.data(withJSONObject: all[name] ?? [:]))
  }

  init(_ name: String) throws {
    self.name = name
    model = CLIPModel(try Self.configuration(name), seed: 1)
    let parameters = model.parameters
    for declaration in parameters.declarations where declaration.name != fixed {
      let values = Tensor(shape: declaration.shape, Self.filled(declaration.name, declaration.shape))
      parameters.part(declaration, of: parameters.values).set(values)
    }
  }

  /// Positions that don't learn keep what they are drawn as.
  private var fixed: String? { name == "visual.average_first" ? "visual.positional_embedding" : nil }

  func features(_ golden: Golden, recomputesBlocks: Bool = false) throws -> Tensor {
    try Self.features(name, of: model, golden, Pass(learns: true, recomputesBlocks: recomputesBlocks))
  }

  static func features(_ name: String, of model: CLIPModel, _ golden: Golden, _ pass: Pass) throws -> Tensor {
    if name.hasPrefix("visual") { return model.imageFeatures(try golden.bytes("pixels"), pass) }
    let pad = model.configuration.text.padToken
    let tokens = name.contains("class_token") ? "tokens_full" : "tokens"
    return model.textFeatures(try golden.integers(tokens).map { $0 == 0 ? pad : Int32($0) }, pass)
  }

  private static func filled(_ name: String, _ shape: [Int]) -> [Float] {
    let hash = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let inner = Double(shape.dropFirst().reduce(1, *))
    let scales = name.hasSuffix("weight") || name.hasSuffix("gamma")
    return (0..<UInt32(shape.reduce(1, *))).map { i in
      var x = i &* 2_654_435_761 &+ hash
      x ^= x >> 15
      x = x &* 2_246_822_519
      x ^= x >> 13
      let u = Double(x >> 8) * 0x1p-23 - 1
      if shape.count > 1 { return Float(u * (3 / inner).squareRoot()) }
      return Float(scales ? 1 + 0.3 * u : 0.3 * u)
    }
  }
}

/// OpenCLIP's own code on its towers' variants, in float64: `Tests/Golden/encoders.py`.
@Suite struct EncoderGoldenTests {
  static let variants = [
    "visual.plain", "visual.quick_layer_scale", "visual.average", "visual.average_first", "visual.distilled",
    "text.plain", "text.siglip", "text.end", "text.first", "text.bert_mean", "text.bert_pooled", "text.bert_first",
    "text.roberta", "visual.siglip", "visual.siglip_cut", "visual.attentional", "visual.attentional_square",
    "text.class_token", "text.class_token_all",
  ]
  private let golden: Golden

  init() throws { golden = try Golden("encoders") }

  @Test(arguments: variants)
  func `features and every gradient are OpenCLIP's`(_ name: String) throws {
    let variant = try Variant(name)
    let parameters = variant.model.parameters
    let block = Tensor(shape: [parameters.blockCount], repeating: 0)
    parameters.collectGradients(in: block)
    let features = try variant.features(golden)
    expectClose(
      features.array, try golden.floats(name + ".features"), relative: 1e-5, because: "f32 against float64")
    try backward([(features, Tensor(shape: features.shape, try golden.floats(name + ".dy")))])
    parameters.finishCollecting()

    let prefix = name + ".gradient."
    let names = golden.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    let found = Dictionary(
      uniqueKeysWithValues: parameters.declarations.map { ($0.name, parameters.part($0, of: block)) })
    for name in names {
      guard let gradient = found[name]?.array else {
        Issue.record("\(variant.name) has no parameter \(name)")
        continue
      }
      let every = max(1, gradient.count / 256)
      let sampled = stride(from: 0, to: gradient.count, by: every).map { gradient[$0] }
      // What is added to all keys alike changes no softmax: the truth is 0.
      if name.hasSuffix("key.bias") {
        #expect(sampled.allSatisfy { abs($0) < 1e-5 }, "\(name)")
      } else {
        expectClose(sampled, try golden.floats(prefix + name), relative: 1e-4, because: "\(variant.name): \(name)")
      }
    }
  }

  /// Towers that pool by a query, and one with a class token, as a whole.
  private static let differentiated = [
    "visual.siglip_cut": (
      "visual.trunk.",
      [
        "attn_pool.latent", "attn_pool.q.weight", "attn_pool.kv.weight", "attn_pool.kv.bias",
        "attn_pool.mlp.fc1.weight", "pos_embed", "blocks.0.attn.qkv.weight", "norm.weight", "patch_embed.proj.bias",
      ]
    ),
    "visual.attentional": (
      "visual.",
      [
        "attn_pool.query", "attn_pool.ln_q.weight", "attn_pool.ln_k.bias", "attn_pool.attn.q_proj_weight",
        "attn_pool.attn.k_proj_weight", "attn_pool.attn.v_proj_weight", "attn_pool.attn.in_proj_bias",
        "attn_pool.attn.out_proj.weight", "transformer.resblocks.0.attn.in_proj_weight", "ln_post.weight", "proj",
      ]
    ),
    "visual.attentional_square": ("visual.", ["attn_pool.attn.in_proj_weight", "attn_pool.attn.in_proj_bias"]),
    "text.class_token": (
      "text.",
      [
        "cls_emb", "positional_embedding", "token_embedding.weight", "transformer.resblocks.0.attn.in_proj_weight",
        "transformer.resblocks.1.attn.in_proj_bias", "text_projection",
      ]
    ),
  ].flatMap { variant, names in names.1.map { (variant, names.0 + $0) } }

  @Test(arguments: differentiated)
  func `a tower's gradients are central differences`(_ tower: String, _ name: String) throws {
    let variant = try Variant(tower)
    let parameters = variant.model.parameters
    let wanted = try #require(parameters.declarations.first { $0.name == name })
    let (block, dy) = (Tensor(shape: [parameters.blockCount], repeating: 0), try golden.floats(variant.name + ".dy"))
    parameters.collectGradients(in: block)
    let features = try variant.features(golden)
    try backward([(features, Tensor(shape: features.shape, dy))])
    parameters.finishCollecting()
    let values = parameters.part(wanted, of: parameters.values)
    let (start, indices) = (values.array, sampledIndices(of: wanted.count, samples: 8))
    let expected = try centralDifferences(at: start, indices: indices, step: 1e-2) { x in
      values.set(Tensor(shape: wanted.shape, x))
      parameters.valuesChanged()
      let features = try Variant.features(variant.name, of: variant.model, golden, .evaluation)
      return zip(features.array, dy).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let gradient = parameters.part(wanted, of: block).array
    expectClose(indices.map { gradient[$0] }, expected, relative: 1e-2, because: "curvature over steps of a hundredth")
  }

  @Test(arguments: variants)
  func `a tower has OpenCLIP's parameters, all of them`(_ name: String) throws {
    let prefix = name + ".gradient."
    let expected = golden.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    let image = name.hasPrefix("visual")
    let found = try Variant.configuration(name).parameterDeclarations.map(\.name).filter {
      $0.hasPrefix("visual.") == image && !$0.hasPrefix("logit")
        && !(name == "visual.average_first" && $0 == "visual.positional_embedding")
    }
    #expect(found.sorted() == expected.sorted())
  }

  @Test(arguments: variants)
  func `a configuration survives being written`(_ name: String) throws {
    let configuration = try Variant.configuration(name)
    #expect(try ModelConfiguration(json: JSONEncoder().encode(configuration)) == configuration)
  }

  @Test(arguments: variants)
  func `blocks made again in backward give the same bits from less memory`(_ name: String) throws {
    func run(_ checkpoints: Bool) throws -> (gradients: [Float], kept: Int) {
      let variant = try Variant(name)
      let parameters = variant.model.parameters
      let block = Tensor(shape: [parameters.blockCount], repeating: 0)
      parameters.collectGradients(in: block)
      let before = LiveBytes.now
      let features = try variant.features(golden, recomputesBlocks: checkpoints)
      let kept = LiveBytes.now - before
      try backward([(features, Tensor(shape: features.shape, try golden.floats(name + ".dy")))])
      parameters.finishCollecting()
      return (block.array, kept)
    }
    let (plain, again) = (try run(false), try run(true))
    #expect(plain.gradients == again.gradients)
    #expect(again.kept < plain.kept * 2 / 3, "\(again.kept) bytes kept, \(plain.kept) without")
  }

  @Test func `SigLIP's bias is a parameter and starts where the configuration says`() throws {
    let model = CLIPModel(try Variant.configuration("text.siglip"), seed: 0)
    #expect(model.logBias?.values.array == [-10])
    #expect(try Variant("text.plain").model.logBias == nil)
  }

  @Test func `a distillation token has features of its own, and both have a mean`() throws {
    let model = try Variant("visual.distilled").model
    let pixels = try golden.bytes("pixels")
    let (tokens, mean) = model.tokenFeatures(pixels)
    #expect(model.hasDistillationToken && mean.array == model.imageFeatures(pixels).array)
    #expect(tokens.ofClass.array != tokens.ofDistillation.array)
    #expect(try !Variant("visual.plain").model.hasDistillationToken)
  }

  @Test(arguments: variants)
  func `bf16 stays near f32`(_ name: String) throws {
    let variant = try Variant(name)
    variant.model.parameters.store(as: .bf16)
    let features = try variant.features(golden)
    expectClose(
      features.array, try golden.floats(name + ".features"), relative: 0.05, because: "8 bits through a few layers")
    try backward([(features, Tensor(shape: features.shape, try golden.floats(name + ".dy")))])
  }
}
