import CLIP
import Engine
import Foundation
import TestSupport
import Testing

/// OpenCLIP's `resize_pos_embed` and `resize_text_pos_embed`: `Tests/Golden/positions.py`.
@Suite struct PositionResizingTests {
  @Test(arguments: [(3, 7), (7, 3), (7, 4), (5, 6), (1, 3), (4, 1)])
  func `a grid is resized as OpenCLIP does`(old: Int, new: Int) throws {
    let golden = try Golden("positions")
    let found = PositionResizing.grid(try golden.floats("grid.\(old)"), width: 6, tokens: 1, side: new)
    expectClose(found, try golden.floats("grid.\(old).\(new)"), relative: 1e-6, because: "float64, rounded once")
  }

  @Test(arguments: [(5, 8), (8, 5), (6, 16), (1, 4)])
  func `a text's positions are resized as OpenCLIP does`(old: Int, new: Int) throws {
    let golden = try Golden("positions")
    let found = PositionResizing.line(try golden.floats("line.\(old)"), width: 6, length: new)
    expectClose(found, try golden.floats("line.\(old).\(new)"), relative: 1e-6, because: "float64, rounded once")
  }

  @Test func `a grid of the same size stays as it is`() throws {
    let rows = try Golden("positions").floats("grid.3")
    expectClose(
      PositionResizing.grid(rows, width: 6, tokens: 1, side: 3), rows, relative: 1e-7, because: "weights 1, 0")
  }

  private func model(side: Int, context: Int, distilled: Bool = false) throws -> CLIPModel {
    let json = """
      {"embed_dim": 8, "text_cfg": {"context_length": \(context), "vocab_size": 9, "width": 8, "heads": 1, "layers": 1},
       "vision_cfg": {"image_size": \(side), "patch_size": 4, "width": 8, "head_width": 8, "layers": 1,
                      "distillation_token": \(distilled)}}
      """
    return CLIPModel(try ModelConfiguration(json: Data(json.utf8)), seed: 4)
  }

  @Test(arguments: [false, true])
  func `weights load into a model of another picture size and context`(distilled: Bool) throws {
    let small = try model(side: 12, context: 5, distilled: distilled)
    let large = try model(side: 20, context: 9, distilled: distilled)
    func values(_ model: CLIPModel, _ name: String) -> [Float] {
      let declaration = model.parameters.declarations.first { $0.name == name }
      return declaration.map { model.parameters.part($0, of: model.parameters.values).array } ?? []
    }
    try temporaryDirectory { path in
      try ModelDirectory(path).save(small)
      #expect(try large.load(from: path).count == 2)
    }
    #expect(values(large, "visual.proj") == values(small, "visual.proj"))
    let positions = values(small, "visual.positional_embedding")
    let tokens = distilled ? 2 : 1
    #expect(
      values(large, "visual.positional_embedding")
        == PositionResizing.grid(positions, width: 8, tokens: tokens, side: 5))
    #expect(values(large, "visual.positional_embedding")[..<(8 * tokens)] == positions[..<(8 * tokens)])
    #expect(
      values(large, "positional_embedding")
        == PositionResizing.line(values(small, "positional_embedding"), width: 8, length: 9))
  }

  @Test func `another model is refused`() throws {
    let plain = try model(side: 12, context: 5)
    let distilled = try model(side: 12, context: 5, distilled: true)
    try temporaryDirectory { path in
      try ModelDirectory(path).save(plain)
      #expect(throws: ModelDirectoryError.self) {
        try distilled.load(from: path)
      }
    }
  }
}
