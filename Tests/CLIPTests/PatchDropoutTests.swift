import CLIP
import Engine
import Foundation
import TestSupport
import Testing

@Suite struct PatchDropoutTests {
  private let pixels: [UInt8]
  private let model: CLIPModel

  init() throws {
    pixels = try Golden("encoders").bytes("pixels")
    let json = #"""
      {"embed_dim": 12, "text_cfg": {"width": 16, "heads": 2, "layers": 1},
       "vision_cfg": {"image_size": 16, "patch_size": 2, "width": 16, "head_width": 8, "layers": 2, "patch_dropout": 0.5}}
      """#
    model = CLIPModel(try ModelConfiguration(json: Data(json.utf8)), seed: 2)
  }

  private func features(epoch: Int = 0, _ samples: [Int] = [0, 1, 2, 3]) -> [Float] {
    let keys = samples.map { SampleKey(seed: 5, epoch: epoch, sample: $0) }
    return model.imageFeatures(pixels, Pass(samples: keys, learns: false)).array
  }

  @Test func `the same keys leave out the same patches, others others`() {
    #expect(features() == features())
    #expect(features(epoch: 1) != features())
    #expect(features([4, 1, 2, 3])[12...] == features()[12...] && features([4, 1, 2, 3])[..<12] != features()[..<12])
  }

  @Test func `evaluation sees all patches`() {
    let all = model.imageFeatures(pixels).array
    #expect(all == model.imageFeatures(pixels, .evaluation).array && all != features())
  }

  @Test func `half of the patches cost less than all`() throws {
    func flops(_ fraction: String) throws -> Double {
      let json = #"{"embed_dim": 8, "vision_cfg": {"patch_dropout": \#(fraction)}, "text_cfg": {}}"#
      return StepCost(try ModelConfiguration(json: Data(json.utf8)), captionTokens: 8).flopsPerPair
    }
    #expect(try flops("0.5") < 0.7 * flops("0"))
  }
}
