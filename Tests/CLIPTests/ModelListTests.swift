import CLIP
import Engine
import Foundation
import TestSupport
import Testing

/// OpenCLIP's model configurations: `Tests/Golden/model_configs.py`.
@Suite struct ModelListTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let name: String
    let count: Int?
    let refused: String?
    let json: String
    var testDescription: String { name }
  }

  static let lines: [Line] = {
    let text = (try? String(contentsOfFile: Golden.path("model_configs.tsv"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t").map(String.init)
      return Line(name: parts[0], count: Int(parts[1]), refused: parts[2] == "-" ? nil : parts[2], json: parts[3])
    }
  }()

  @Test(arguments: lines)
  func `a model has OpenCLIP's parameters or is refused with the field`(_ line: Line) throws {
    if let refused = line.refused {
      let error = #expect(throws: ModelConfigurationError.self) { try ModelConfiguration(json: Data(line.json.utf8)) }
      guard case .unsupported(let field) = error, field.hasPrefix(refused) else {
        Issue.record("\(refused) expected: \(String(describing: error))")
        return
      }
    } else {
      let configuration = try ModelConfiguration(json: Data(line.json.utf8))
      #expect(configuration.parameterCount == line.count)
      #expect(StepCost(configuration, captionTokens: 20).flopsPerPair > 0)
      #expect(try ModelConfiguration(json: JSONEncoder().encode(configuration)) == configuration)
    }
  }

  /// What a file's settings are checked by before anything is declared.
  @Test(arguments: lines.filter { $0.count != nil })
  func `the estimate of the parameters is near them`(_ line: Line) throws {
    let configuration = try ModelConfiguration(json: Data(line.json.utf8))
    let counts = [configuration.vision.tower, configuration.text.tower].map { (tower: any TowerConfiguration) in
      tower.parameterCounts(embeddingWidth: configuration.embeddingWidth).reduce(0) { $0 + $1.count }
    }
    let products = configuration.parameterDeclarations.filter { $0.shape.count > 1 }
    for (tower, found) in zip([Tower.image, .text], counts) {
      let expected = products.filter { $0.tower == tower }.reduce(0) { $0 + Double($1.shape.reduce(1, *)) }
      // Of a ResNet's stages the first blocks differ.
      let near = tower == .image && configuration.vision.isConvolutional ? 0.1 : 1e-3
      #expect(abs(found / expected - 1) < near, "\(tower): \(found), \(expected)")
    }
  }

  /// OpenCLIP's docs/model_profile.csv, whose counter has element-wise work and all rows of the last block too.
  @Test(arguments: [("RN50", 18.18), ("ViT-B-32", 14.78), ("ViT-B-16", 41.09)])
  func `FLOPs are near those that OpenCLIP lists`(_ name: String, _ expected: Double) throws {
    let line = try #require(Self.lines.first { $0.name == name })
    let configuration = try ModelConfiguration(json: Data(line.json.utf8))
    let found = StepCost(configuration, captionTokens: 77).forwardFlopsPerPair / 1e9
    #expect(0.9 * expected...expected ~= found, "\(found)")
  }

  @Test func `the list is whole`() {
    #expect(Self.lines.count == 145)
    #expect(Self.lines.count { $0.count != nil } == 89)
  }
}
