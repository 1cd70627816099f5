import CLIP
import Engine
import Foundation
import Safetensors
import TestSupport
import Testing

/// CoCa's two encoders; what they compute is in `EncoderGoldenTests`.
@Suite struct CoCaTests {
  private static let json = """
    {"embed_dim": 12, "custom_text": true,
     "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 2,
                    "attentional_pool": true, "attn_pooler_queries": 3, "attn_pooler_heads": 2, "output_tokens": true},
     "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 2, "layers": 2, "embed_cls": true,
                  "output_tokens": true}}
    """
  private static let decoder = #""multimodal_cfg": {"context_length": 8, "width": 16, "heads": 2, "layers": 2}, "#

  private func configuration(_ from: String = "", _ to: String = "") throws -> ModelConfiguration {
    try ModelConfiguration(json: Data((from.isEmpty ? Self.json : Self.json.replacing(from, with: to)).utf8))
  }

  /// What is read at the end of a text: pads are 0, and hide what stands behind them.
  @Test func `captions keep what somebody sees, and the class token`() {
    let captions = EndedCaptions(
      [6, 1, 7, 0, 0, 6, 0, 2, 3, 7, 6, 7, 0, 0, 0], contextLength: 5, padding: 0)
    #expect(captions.tokens == [6, 1, 7, 0, 0, 6, 0, 3, 7, 0, 6, 7, 0, 0])
    #expect(captions.places == [0, 1, 2, 3, 5, 0, 1, 3, 4, 5, 0, 1, 2, 5])
    #expect(captions.sequences == Sequences(lengths: [5, 5, 4], hidingLast: [true, false, true]))
  }

  @Test func `a directory of OpenCLIP's is read without its decoder, which is said`() throws {
    let configuration = try configuration()
    let model = CLIPModel(configuration, seed: 1)
    try temporaryDirectory { path in
      let directory = ModelDirectory(path)
      try directory.save(model)
      let json = Self.json.replacing("{\"embed_dim\"", with: "{\(Self.decoder)\"embed_dim\"")
      try Data("{\"model_cfg\": \(json)}".utf8).write(to: URL(fileURLWithPath: directory.configurationPath))
      let file = try SafetensorsFile(reading: directory.weightsPath)
      var tensors = try model.parameters.declarations.map { ($0.name, $0.shape, try file.floats($0.name)) }
      tensors.append(("text_decoder.ln_final.weight", [2], [1, 2]))
      tensors.append(("text_decoder.text_projection", [1], [3]))
      try write(tensors, to: directory.weightsPath)

      var lines: [String] = []
      let again = try directory.load { lines.append($0) }
      #expect(lines.count == 1 && lines[0].hasSuffix("its decoder's 2 tensors aren't"), "\(lines)")
      #expect(again.parameters.values.array == model.parameters.values.array)
      #expect(try CLIPModel(configuration, seed: 2).load(from: path).contains { $0.contains("decoder") })

      // What is written is a model of two encoders, which OpenCLIP builds without a decoder.
      try temporaryDirectory { path in
        try ModelDirectory(path).save(again)
        #expect(try ModelDirectory(path).configuration() == configuration)
        let text = try String(contentsOfFile: ModelDirectory(path).configurationPath, encoding: .utf8)
        for field in ["multimodal_cfg", "output_tokens"] { #expect(!text.contains(field), "\(field)") }
        for field in ["embed_cls", "attentional_pool", "custom_text"] { #expect(text.contains(field), "\(field)") }
        let error = #expect(throws: HuggingFaceError.self) {
          try ModelDirectory(path).saveHuggingFace(again, lastToken: 63)
        }
        #expect(error?.description.contains("attn_pool") == true, "\(String(describing: error))")
      }
    }
  }

  private func write(_ tensors: [(String, [Int], [Float])], to path: String) throws {
    let buffers = tensors.map { tensor in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.2.count)
      _ = buffer.initialize(from: tensor.2)
      return buffer
    }
    defer { buffers.forEach { $0.deallocate() } }
    try SafetensorsWriter.write(
      zip(tensors, buffers).map { ($0.0, $0.1, .floats(UnsafeBufferPointer($1), as: .f32)) }, metadata: [:], to: path)
  }

  @Test(arguments: [
    (#""attentional_pool": true"#, #""attentional_pool": "parallel""#, "vision_cfg.attentional_pool parallel"),
    (#""attentional_pool": true"#, #""attentional_pool": true, "pool_type": "avg""#, "vision_cfg.pool_type"),
    (#""attn_pooler_heads": 2"#, #""attn_pooler_heads": 5"#, "vision_cfg.attn_pooler_heads"),
    (#""custom_text": true"#, #""custom_text": false"#, "text_cfg.embed_cls"),
    (#""custom_text": true"#, #""multimodal_cfg": {"width": 16}"#, "multimodal_cfg"),
    (#""embed_cls": true"#, #""embed_cls": true, "pad_id": 64"#, "text_cfg.pad_id"),
  ])
  func `what isn't built is refused by field`(_ from: String, _ to: String, _ field: String) throws {
    let error = #expect(throws: ModelConfigurationError.self) { try configuration(from, to) }
    #expect(error?.description.contains(field) == true, "\(String(describing: error))")
  }

  @Test func `a locked tower's pool stays, as OpenCLIP's does`() throws {
    let configuration = try configuration()
    for unlocked in [0, 1, 9] {
      let layout = configuration.parameterLayout(locks: TowerLocks(image: unlocked))
      let pool = layout.declarations.filter { $0.name.hasPrefix("visual.attn_pool.") }
      #expect(pool.count == 11 && pool.allSatisfy { !$0.learns })
    }
    let text = configuration.parameterLayout(locks: TowerLocks(text: 3)).declarations
    #expect(text.first { $0.name == "text.cls_emb" }?.learns == false)
    #expect(configuration.parameterLayout().declarations.allSatisfy { $0.learns })
  }

  @Test func `a tokenizer has to pad as the model expects`() throws {
    let text = try configuration().text
    #expect(text.padToken == 0 && text.objection(ids: 64, padding: 0, last: 5) == nil)
    #expect(text.objection(ids: 64, padding: 1, last: 63)?.contains("pad_id is 0") == true)
  }

  @Test func `for longer texts the class token keeps its position`() throws {
    let source = CLIPModel(try configuration(), seed: 3)
    try temporaryDirectory { path in
      try ModelDirectory(path).save(source)
      let model = CLIPModel(try configuration().resized(imageSize: nil, contextLength: 12), seed: 4)
      let lines = try model.load(from: path)
      #expect(lines.contains { $0.contains("text.positional_embedding") }, "\(lines)")
      func positions(_ model: CLIPModel) throws -> [Float] {
        let declaration = try #require(model.parameters.declarations.first { $0.name == "text.positional_embedding" })
        return model.parameters.part(declaration, of: model.parameters.values).array
      }
      let (found, theirs) = (try positions(model), try positions(source))
      #expect(found.count == 13 * 16 && theirs.count == 9 * 16)
      #expect(found.suffix(16) == theirs.suffix(16) && found.prefix(16) == theirs.prefix(16))
    }
  }
}
