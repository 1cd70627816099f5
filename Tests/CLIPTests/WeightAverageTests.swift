import CLIP
import Engine
import Foundation
import Testing

/// Weights between two models', as WiSE-FT takes them.
@Suite struct WeightAverageTests {
  private func configuration(_ picture: String = #""pool_type": "tok""#) throws -> ModelConfiguration {
    try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": 8, "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8, \(picture)},
         "text_cfg": {"context_length": 8, "vocab_size": 20, "width": 16, "heads": 2, "layers": 1}}
        """.utf8))
  }

  private func bits(_ model: CLIPModel) -> [UInt32] { model.parameters.values.array.map(\.bitPattern) }

  @Test func `each weight lies between the models', and at the ends is theirs to the bit`() throws {
    let (before, after) = (CLIPModel(try configuration(), seed: 1), CLIPModel(try configuration(), seed: 2))
    let quarter = try before.average(with: after, at: 0.25)
    let (a, b) = (before.parameters.values.array, after.parameters.values.array)
    for (i, found) in quarter.parameters.values.array.enumerated() {
      let expected = 0.75 * Double(a[i]) + 0.25 * Double(b[i])
      #expect(abs(Double(found) - expected) <= 1e-7 * max(abs(Double(a[i])), abs(Double(b[i]))))
    }
    #expect(try bits(before.average(with: after, at: 0)) == bits(before))
    #expect(try bits(before.average(with: after, at: 1)) == bits(after))
    // A forward pass sees them.
    let tokens: [Int32] = [18, 1, 2, 3, 19, 0, 0, 0]
    #expect(quarter.textFeatures(tokens).array != before.textFeatures(tokens).array)
  }

  @Test func `steps of batch statistics are counted as the nearer model does`() throws {
    let json =
      #"{"embed_dim": 8, "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8},"#
      + #""text_cfg": {"context_length": 8, "vocab_size": 20, "width": 16, "heads": 2, "layers": 1}}"#
    let configuration = try ModelConfiguration(json: Data(json.utf8))
    let (before, after) = (CLIPModel(configuration, seed: 1), CLIPModel(configuration, seed: 1))
    func counts(_ model: CLIPModel) -> [Float] {
      model.parameters.declarations.filter { $0.role == .counter }
        .flatMap { model.parameters.part($0, of: model.parameters.values).array }
    }
    for declaration in after.parameters.declarations where declaration.role == .counter {
      after.parameters.part(declaration, of: after.parameters.values).fill(9)
    }
    #expect(try Set(counts(before.average(with: after, at: 0.4))) == [0])
    #expect(try Set(counts(before.average(with: after, at: 0.6))) == [9])
  }

  @Test func `models of different kinds have none, by field`() throws {
    let before = CLIPModel(try configuration(), seed: 1)
    func message(_ other: CLIPModel) -> String {
      #expect(throws: NoAverageError.self) { try before.average(with: other, at: 0.5) }?.description ?? ""
    }
    let pooled = CLIPModel(try configuration(#""pool_type": "avg""#), seed: 1)
    #expect(message(pooled).contains("vision_cfg.pool_type is not set in the first, avg in the second"))
    let larger = CLIPModel(try configuration().resized(imageSize: 24, contextLength: nil), seed: 1)
    #expect(message(larger).contains("visual.positional_embedding is [5, 16] in the first, [10, 16] in the second"))
    var preprocessing = Preprocessing.openAI
    preprocessing.resize = .squash
    let squashing = CLIPModel(try configuration(), preprocessing: preprocessing, seed: 1)
    #expect(message(squashing).contains("resize_mode is shortest in the first, squash in the second"))
    preprocessing = .openAI
    preprocessing.cropsDown = true
    let theirs = CLIPModel(try configuration(), preprocessing: preprocessing, seed: 1)
    #expect(message(theirs).contains("half pixel is OpenCLIP's in the first, Hugging Face's in the second"))
    // A squashed picture has no centre to cut out.
    var squashed = Preprocessing.sigLIP
    let first = CLIPModel(try configuration(), preprocessing: squashed, seed: 1)
    squashed.cropsDown = true
    _ = try first.average(with: CLIPModel(try configuration(), preprocessing: squashed, seed: 1), at: 0.5)
  }

  /// As a checkpoint's average is checked, which is a block of its own.
  @Test func `a block that holds what isn't finite is refused by the tensor`() throws {
    let model = CLIPModel(try configuration(), seed: 1)
    let parameters = model.parameters
    let block = Tensor(shape: [parameters.blockCount], repeating: 0)
    try model.requireFinite(values: block, of: "ema")
    let wrong = try #require(parameters.declarations.last)
    parameters.part(wrong, of: block).fill(.nan)
    let error = #expect(throws: ModelDirectoryError.self) { try model.requireFinite(values: block, of: "ema") }
    #expect(error?.description.contains("\(wrong.name) of ema holds numbers that aren't finite") == true)
    #expect(throws: Never.self) { try model.requireFinite(.image, values: block, of: "ema") }
  }
}
