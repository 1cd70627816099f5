import CLIP
import Engine
import Foundation
import TestSupport
import Testing

/// DeiT whose tokens' features stand side by side in an embedding.
@Suite struct JoinedTokensTests {
  private func configuration(_ vision: String, width: Int = 6) throws -> ModelConfiguration {
    try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": \(width),
         "vision_cfg": {"image_size": 8, "layers": 1, "width": 16, "head_width": 8, "patch_size": 4\(vision)},
         "text_cfg": {"context_length": 5, "vocab_size": 9, "width": 8, "heads": 1, "layers": 1}}
        """.utf8), from: "a test")
  }

  private static let token = #", "distillation_token": true"#

  @Test func `an embedding's halves are both tokens' features`() throws {
    let joining = try #require(try configuration(Self.token).joiningTokens())
    let model = CLIPModel(joining, seed: 1)
    let pixels: [UInt8] = (0..<576).map { number in UInt8(number * 7 % 256) }
    let (tokens, whole) = model.tokenFeatures(pixels)
    #expect(whole.array == model.imageFeatures(pixels).array && whole.shape == [3, 6])
    #expect(tokens.ofClass.shape == [3, 3] && tokens.ofDistillation.shape == [3, 3])
    let (own, taught) = (tokens.ofClass, tokens.ofDistillation)
    let halves: [Float] = (0..<3).flatMap { own.rows($0..<$0 + 1).array + taught.rows($0..<$0 + 1).array }
    let factor = 1 / Float(2).squareRoot()
    expectClose(whole.array, halves.map { $0 * factor }, relative: 1e-6, because: "rounding")
  }

  @Test func `a configuration is written and read again, and refused where there is nothing to join`() throws {
    let joining = try #require(try configuration(Self.token).joiningTokens())
    let json = try JSONEncoder().encode(joining)
    #expect(try ModelConfiguration(json: json, from: "a test") == joining)
    #expect(try ModelConfiguration(json: json, from: "a test").joinsTokens)
    #expect(try !configuration(Self.token).joinsTokens)
    #expect(try configuration("").joiningTokens() == nil)
    #expect(throws: ModelConfigurationError.self) { try configuration(#", "joins_tokens": true"#) }
    #expect(throws: ModelConfigurationError.self) { try configuration(Self.token, width: 7).joiningTokens() }
  }
}
