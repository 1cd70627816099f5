import CLIP
import Collectives
import Engine
import Evaluation
import Foundation
import Pairs
import Stored
import TestSupport
import Testing

/// Evaluations of what is stored find what those of the data find.
@Suite struct StoredPairsTests {
  private struct Answers: Equatable {
    var texts: [String] = []

    mutating func add(_ result: some EvaluationResult) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      texts.append(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
  }

  /// All evaluations that need no text tower where texts are stored, and those that do.
  private static func answers(_ context: EvaluationContext, _ source: any PairSource, fit: String, withTexts: Bool)
    throws -> Answers
  {
    var answers = Answers()
    try answers.add(try RetrievalEvaluator().evaluate(context, on: source))
    try answers.add(try ProbeEvaluator(fit: fit, label: "color", regularization: 0.1).evaluate(context, on: source))
    try answers.add(try NeighbourEvaluator(fit: fit, label: "color").evaluate(context, on: source))
    guard withTexts else { return answers }
    try answers.add(try RetrievalEvaluator(captions: .all).evaluate(context, on: source))
    let classes = ClassList(label: "color", names: ["blue", "red", "green"])
    try answers.add(try ZeroShotEvaluator(classes, templates: ["a {}", "{}"]).evaluate(context, on: source))
    return answers
  }

  @Test(arguments: [1, 3]) func `figures are those of fresh embeddings, to the last digit`(_ workers: Int) throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 150, broken: 70)
      let fit = try TinyWorld(in: "\(directory)/fit", pictures: 45)
      let encoders = try Encoders(directory: world.model)
      let (out, fitOut) = ("\(directory)/out", "\(directory)/fit-out")
      for (data, out) in [(world.data, out), (fit.data, fitOut)] {
        _ = try Embeddings(encoders, of: openPairs([data]), to: out, .init(shardPairs: 40))
      }
      let fresh = EvaluationContext(encoders, over: ThreadCommunicator.alone())
      let expected = try Self.answers(fresh, openPairs([world.data]), fit: fit.data, withTexts: true)
      try simulate(workers: workers) { communicator in
        Threads.count = 1
        let open = { (path: String) in try StoredPairs(path) }
        let stored = try StoredPairs(out)
        let alone = EvaluationContext(nil, over: communicator, stored: stored, open: open)
        let found = try Self.answers(alone, stored, fit: fitOut, withTexts: false)
        #expect(found.texts == Array(expected.texts.prefix(3)))
        #expect(throws: EvaluationError.noModel) { try RetrievalEvaluator(captions: .all).evaluate(alone, on: stored) }
        let own = try Encoders(directory: world.model)
        try stored.require(own)
        let with = EvaluationContext(own, over: communicator, stored: stored, open: open)
        #expect(try Self.answers(with, stored, fit: fitOut, withTexts: true) == expected)
      }
    }
  }

  @Test func `texts that another tokenizer read are refused, and two spellings of one letter are two texts`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 1)
      let encoders = try Encoders(directory: world.model)
      let (data, out) = ("\(directory)/spelt.tar", "\(directory)/out")
      let spellings = ["caf\u{e9}", "cafe\u{301}"]
      let tar = try TarWriter(data)
      for (i, text) in spellings.enumerated() {
        try tar.add("\(text).png", try TinyWorld.file(i))
        try tar.add("\(text).txt", Array(text.utf8))
      }
      try tar.close()
      _ = try Embeddings(encoders, of: openPairs([data]), to: out)
      let store = try EmbeddingStore(out)
      #expect(try spellings.map { try store.row(of: $0) } == [0, 1])
      let merged = try Encoders(model: encoders.model, tokenizer: Tokenizer(merges: ["a b"]))
      #expect(throws: StoredError.otherTokenizer(path: out)) { try StoredPairs(out).require(merged) }
    }
  }

  @Test func `another model's vectors are refused, and pictures without captions say so`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 10)
      let encoders = try Encoders(directory: world.model)
      let out = "\(directory)/out"
      var options = ReadingOptions()
      options.needs = .pictures
      _ = try Embeddings(encoders, of: openPairs([world.data], options), to: out, .init(parts: [.images]))
      let other = try Encoders(model: CLIPModel(encoders.model.configuration, seed: 8), tokenizer: encoders.tokenizer)
      #expect(throws: StoredError.self) { try StoredPairs(out, needs: .pictures).require(other) }
      #expect(throws: StoredError.nothingStored(what: "captions", path: out)) { try StoredPairs(out) }
    }
  }
}
