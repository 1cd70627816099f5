import CLIP
import Engine
import Foundation
import TestSupport
import Testing

/// What a layer says of its parameters is what OpenCLIP tells from their names.
@Suite struct ParameterFactTests {
  private static func declarations() throws -> [Parameters.Declaration] {
    try EncoderGoldenTests.variants.flatMap { try Variant.configuration($0).parameterDeclarations }
      + ConvolutionalTests.networks.flatMap {
        try ConvolutionalTests.configuration($0.vision, width: $0.width).parameterDeclarations
      }
  }

  /// OpenCLIP's `no_weight_decay`, and `resize_pos_embed` with `resize_text_pos_embed`.
  private static let positions: [String: Parameters.Positions] = [
    "positional_embedding": .line(tokens: 0), "text.positional_embedding": .line(tokens: 0),
    "visual.positional_embedding": .grid(tokens: 1),
  ]

  @Test func `matrices decay, vectors, scalars and positions don't`() throws {
    for declaration in try Self.declarations() where declaration.role == .learned {
      let decays = declaration.shape.count > 1 && Self.positions[declaration.name] == nil
      #expect(declaration.decays == decays, "\(declaration.name)")
    }
  }

  @Test func `pictures' parameters lie below visual, texts' elsewhere, and the logits' are neither's`() throws {
    for declaration in try Self.declarations() {
      let (name, tower) = (declaration.name, declaration.tower)
      #expect(tower == (name.hasPrefix("visual.") ? .image : name.hasPrefix("logit_") ? nil : .text), "\(name)")
      #expect(tower != nil || declaration.lockGroup == nil, "\(name)")
    }
  }

  @Test func `positions that are resized are said to be some`() throws {
    for declaration in try Self.declarations() {
      var expected = Self.positions[declaration.name]
      // A class token and DeiT's.
      if expected == .grid(tokens: 1), case .grid(2) = declaration.positions { expected = .grid(tokens: 2) }
      // CoCa's, behind the text.
      if expected == .line(tokens: 0), case .line(1) = declaration.positions { expected = .line(tokens: 1) }
      #expect(declaration.positions == expected, "\(declaration.name)")
    }
    let distilled = try Variant.configuration("visual.distilled").parameterDeclarations
    #expect(distilled.contains { $0.positions == .grid(tokens: 2) })
  }
}
