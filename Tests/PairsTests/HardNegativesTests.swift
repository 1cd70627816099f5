import Foundation
import Pairs
import Testing

@Suite struct HardNegativesTests {
  private func pair(_ json: String) -> Pair {
    Pair(key: "a", image: [], captions: ["two cats", "cats"], json: Array(json.utf8))
  }

  private func all(_ json: String, field: String = "hard_negatives") -> [String] {
    HardNegatives(field: field, each: 2).all(of: pair(json))
  }

  @Test func `a field's texts are taken, without blanks, copies and the pair's own captions`() {
    #expect(
      all(#"{"hard_negatives": ["one cat", " three cats ", "", "one cat", "cats"]}"#) == ["one cat", "three cats"])
    #expect(all(#"{"wrong": "a dog"}"#, field: "wrong") == ["a dog"])
    #expect(all(#"{"hard_negatives": "[\"one cat\", \"a dog\"]"}"#) == ["one cat", "a dog"])
    #expect(all(#"{"hard_negatives": "[not a list"}"#) == ["[not a list"])
    #expect(all(#"{"hard_negatives": 3}"#).isEmpty)
    #expect(all("{}").isEmpty && all("").isEmpty && all("{").isEmpty)
  }

  @Test func `of more than are wanted some are drawn, anew each epoch and all alike`() {
    let many = pair(#"{"hard_negatives": ["a", "b", "c", "d", "e"]}"#)
    let wanted = HardNegatives(field: "hard_negatives", each: 2)
    var times: [String: Int] = [:]
    for epoch in 0..<1000 {
      let chosen = wanted.chosen(from: many, seed: 1, epoch: epoch, sample: 7)
      #expect(chosen.count == 2 && chosen[0] != chosen[1])
      #expect(chosen == wanted.chosen(from: many, seed: 1, epoch: epoch, sample: 7))
      for text in chosen { times[text, default: 0] += 1 }
    }
    // 400 of 1,000 each, give or take √(1000 · 0.4 · 0.6) = 15.5.
    #expect(times.count == 5 && times.values.allSatisfy { abs($0 - 400) < 62 })
    let few = HardNegatives(field: "hard_negatives", each: 9).chosen(from: many, seed: 1, epoch: 0, sample: 7)
    #expect(few == ["a", "b", "c", "d", "e"])
  }

  @Test func `places that no caption takes hold an empty text`() {
    var tokens = HardNegativeTokens(each: 2)
    tokens.add(["abc"]) { [Int32($0.count), -1] }
    tokens.add(["a", "ab"]) { [Int32($0.count), -1] }
    #expect(tokens.tokens == [3, -1, 0, -1, 1, -1, 2, -1])
    #expect(tokens.given == [1, 2])
  }
}
