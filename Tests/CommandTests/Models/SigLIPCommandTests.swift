import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// A model of sigmoids on the command line: transformers' directory with sentencepiece's vocabulary.
  @Suite struct SigLIPCommandTests {
    private let tokenizer = Golden.path("sentencepieces/spiece.model")
    private let picture = Golden.path("pictures/rgb.png")

    private func json(_ result: ProcessResult) throws -> [String: Any] {
      try requireSuccess(result)
      return try #require(JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
    }

    private func labels(_ model: String, _ more: String...) throws -> (rule: String?, labels: [String: Double]) {
      let answer = try json(
        diagonal(["classify", "--model", model, "--labels", "a red apple,two cats", "--json", picture] + more))
      let images = try #require(answer["images"] as? [[String: Any]])
      let labels = try #require(images[0]["labels"] as? [[String: Any]])
      let pairs = labels.compactMap { label -> (String, Double)? in
        guard let name = label["label"] as? String, let probability = label["probability"] as? Double else {
          return nil
        }
        return (name, probability)
      }
      return (answer["probabilities"] as? String, Dictionary(uniqueKeysWithValues: pairs))
    }

    @Test func `labels have probabilities of their own, in either format`() throws {
      try temporaryDirectory { directory in
        let theirs = Golden.path("siglip")
        let first = try labels(theirs, "--tokenizer", tokenizer)
        #expect(first.rule == "sigmoid" && first.labels.count == 2)
        #expect(abs(first.labels.values.reduce(0, +) - 1) > 0.01, "\(first.labels)")
        let said = try diagonal(
          "classify", "--model", theirs, "--tokenizer", tokenizer, "--labels", "a red apple,two cats", picture)
        #expect(said.stdout.hasPrefix("each label by itself"), "\(said.stdout)")

        let (ours, back) = (directory + "/openclip", directory + "/hugging-face")
        try requireSuccess(diagonal("convert", theirs, ours, "--tokenizer", tokenizer))
        #expect(try labels(ours).labels == first.labels)
        try requireSuccess(diagonal("convert", ours, back))
        #expect(try labels(back).labels == first.labels)
        #expect(FileManager.default.fileExists(atPath: back + "/spiece.model"))
      }
    }

    @Test func `a run with sentencepiece's vocabulary resumes to the same bytes`() throws {
      try SmallRun.make { small in
        let text = #""vocab_size": 1000, "no_causal_mask": true, "pool_type": "last""#
        try small.write("model.json", SmallRun.model.replacing(#""vocab_size": 514"#, with: text))
        try small.expectSameBytes(["data.tokenizer=\(tokenizer)"])
      }
    }

    @Test func `other models' labels share one probability`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train(settings: ["schedule.steps=1"]))
        let answer = try labels(small.output.checkpoint(1))
        #expect(answer.rule == "softmax" && abs(answer.labels.values.reduce(0, +) - 1) < 1e-5)
      }
    }
  }
}
