import Evaluation
import Foundation
import Pairs
import TestSupport
import Testing

/// Both orders of "own against wrong" are asked of each picture, of which a model without ties is right in one.
@Test func `a picture is asked for its caption against the wrong ones of its own data alone`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 20)
    let encoders = try Encoders(directory: world.model)
    let pairs = try openPairs([world.data])
    func measure(_ name: String, _ line: (_ index: Int, _ caption: String) -> [String: Any]) throws
      -> HardNegativeEvaluator.Result
    {
      let lines = try (0..<4).map { index in
        let pair = try pairs.pair(at: index)
        try Data(pair.image).write(to: URL(fileURLWithPath: "\(directory)/\(index).png"))
        let fields = line(index, pair.captions[0]).merging(["image": "\(index).png"]) { $1 }
        return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
      }
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name).jsonl"))
      return try HardNegativeEvaluator().evaluate(encoders, on: openPairs(["\(directory)/\(name).jsonl"]))
    }
    let right = try measure("right") { ["caption": $1, "hard_negatives": ["a wrong word"]] }
    let wrong = try measure("wrong") { ["caption": "a wrong word", "hard_negatives": [$1]] }
    #expect(right.pairs == 4 && right.chance == 0.5 && right.items["top1"]?.count == 4)
    #expect(zip(right.items["top1"]!, wrong.items["top1"]!).allSatisfy { $0 != $1 })
    // A caption of its own isn't wrong, and who has none isn't asked.
    let few = try measure("few") { ["caption": $1, "hard_negatives": $0 == 0 ? ["a", "b"] : [$1]] }
    #expect(few.pairs == 1 && few.leftOut == 3 && few.chance == 1 / 3.0)
    let none = #expect(throws: EvaluationError.self) { try measure("none") { ["caption": $1] } }
    #expect(none?.description.contains("no pair has captions in hard_negatives") == true)
  }
}
