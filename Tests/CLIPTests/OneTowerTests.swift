import CLIP
import Engine
import TestSupport
import Testing

/// A model of which one encoder is loaded.
@Suite struct OneTowerTests {
  /// Transformers' layouts, of which one joins tensors, and OpenCLIP's.
  @Test(arguments: ["hugging-face", "siglip", "open_clip"])
  func `one encoder gives the whole model's rows, and the other takes no memory`(_ kind: String) throws {
    try temporaryDirectory { directory in
      let path = kind == "open_clip" ? directory : Golden.path(kind)
      if kind == "open_clip" { try ModelDirectory(path).save(ModelDirectory(Golden.path("hugging-face")).load()) }
      let whole = try ModelDirectory(path).load()
      let side = whole.configuration.vision.imageSize
      let pixels = (0..<2 * side * side * 3).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let tokens = (0..<2 * whole.configuration.text.contextLength).map { Int32($0 % 5) }
      for tower in Tower.allCases {
        var left: [String: [UInt8]] = [:]
        let one = try ModelDirectory(path).load(tower, left: { left[$0.name] = Array($1) })
        let others = whole.parameters.declarations.filter { $0.tower == (tower == .image ? .text : .image) }
        #expect(Set(left.keys) == Set(others.map(\.name)))
        for declaration in others {
          let values = whole.parameters.part(declaration, of: whole.parameters.values).array
          #expect(left[declaration.name] == values.withUnsafeBytes { Array($0) }, "\(declaration.name)")
        }
        let places = others.reduce(0) { $0 + ($1.count + 15) / 16 * 16 }
        #expect(one.parameters.values.count == whole.parameters.values.count - places)
        #expect(one.scale == whole.scale && one.bias == whole.bias)
        if tower == .image {
          #expect(one.imageFeatures(pixels).array == whole.imageFeatures(pixels).array)
        } else {
          #expect(one.textFeatures(tokens).array == whole.textFeatures(tokens).array)
        }
      }
    }
  }
}
