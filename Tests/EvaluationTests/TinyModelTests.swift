import CLIP
import Engine
import Evaluation
import Foundation
import Pairs
import Stored
import TestSupport
import Testing

/// An observer that remembers.
private final class Remembering: EvaluationObserver {
  var pairs: [Int] = []
  var keys: [String] = []
  func advanced(to pairs: Int, of total: Int) { self.pairs.append(pairs) }
  func skipped(_ sample: SkippedSample) { keys.append(sample.key) }
}

@Test func `embeddings are the model's own rows, in the data's order, without the corrupt pair`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 150, broken: 70)
    let encoders = try Encoders(directory: world.model)
    let observer = Remembering()
    let out = "\(directory)/out/deep"
    let made = try Embeddings(encoders, of: openPairs([world.data]), to: out, observer: observer)
    let used = (0..<150).filter { $0 != 70 }
    #expect(made.pairs == 149 && made.skipped == 1 && made.width == 32)
    #expect(observer.pairs == [32, 64, 96, 128, 150] && observer.keys == ["k70"])
    let store = try EmbeddingStore(out)
    #expect(try store.keys == used.map { "k\($0)" })
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted() == [
        "captions-00000.txt", "embeddings.json", "images-00000.npy", "keys-00000.txt", "samples-00000.jsonl",
        "skipped.jsonl", "texts-00000.npy",
      ])

    let model = try ModelDirectory(world.model).load()
    let images = try used.map { model.imageFeatures(try ImageTransform.evaluation(side: 32)(TinyWorld.file($0))).array }
    let texts = try TinyWorld.colors.map {
      model.textFeatures(try Tokenizer(merges: []).tokens($0, contextLength: 12)).array
    }
    let written = try readNpy("\(out)/images-00000.npy")
    #expect(written.shape == [149, 32])
    // To the last bit: a row doesn't depend on those beside it.
    #expect(written.values == images.flatMap { $0 })
    #expect(try readNpy("\(out)/texts-00000.npy").values == used.flatMap { texts[$0 % 5] })
  }
}

@Test func `zero-shot takes the nearest class of each labelled pair`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 40)
    let encoders = try Encoders(directory: world.model)
    let list = ClassList(label: "color", names: ["blue", "purple", "red", "green"])
    let templates = ["a {}", "{}"]
    let found = try ZeroShotEvaluator(list, templates: templates).evaluate(encoders, on: openPairs([world.data]))
    #expect(found.pairs == 24 && found.classes.map(\.pairs) == [8, 0, 8, 8] && found.chance == 0.25 && found.top5 == 1)

    let classes = try ClassEmbeddings(list.names, templates: templates, encoders)
    let labelled = (0..<40).filter { $0 % 5 < 3 }
    let nearest = try labelled.map { picture in
      let row = try encoders.images(encoders.transform(TinyWorld.file(picture)))
      let probabilities = classes.probabilities(row, scale: encoders.model.scale)[0]
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
      return list.names[probabilities.indices.max { probabilities[$0] < probabilities[$1] }!]
    }
    let correct = zip(labelled, nearest).count { TinyWorld.colors[$0 % 5] == $1 }
    #expect(found.top1 == Double(correct) / 24 && abs(found.macro - found.top1) < 1e-12)
    #expect(throws: EvaluationError.noLabels(field: "m")) {
      try ZeroShotEvaluator(ClassList(label: "m", names: ["1"])).evaluate(encoders, on: openPairs([world.data]))
    }
  }
}

@Test func `zero-shot takes classes by name or number, from json, .cls or a table's column`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 1)
    let encoders = try Encoders(directory: world.model)
    let tar = try TarWriter("\(directory)/classes.tar")
    for (i, files) in [
      [("cls", "1")], [("cls", "red\n")], [("json", #"{"label": 1}"#)], [("json", #"{"label": "red"}"#)],
      [("cls", "9")], [],
    ].enumerated() {
      try tar.add("k\(i).png", TinyWorld.file(i))
      for (ending, text) in files { try tar.add("k\(i).\(ending)", Array(text.utf8)) }
    }
    try tar.close()
    var options = ReadingOptions()
    options.needs = ZeroShotEvaluator.needs
    let measure = ZeroShotEvaluator(ClassList(label: "label", names: ["red", "green"]))
    let found = try measure.evaluate(encoders, on: openPairs(["\(directory)/classes.tar"], options))
    #expect(found.classes.map(\.pairs) == [2, 2] && found.skipped == 0)
    #expect(found.leftOut == LeftOut(unlabelled: 1, others: 1, example: "9"))
    #expect(
      found.table.heading.hasSuffix(", 1 left out without a label, 1 left out with a label that is no class (“9”)"))

    try Data(TinyWorld.file(0)).write(to: URL(fileURLWithPath: "\(directory)/p.png"))
    let table = try writeText("filepath,label\np.png,green\np.png,1\np.png,red\n", to: "\(directory)/t.csv")
    #expect(try measure.evaluate(encoders, on: openPairs([table], options)).classes.map(\.pairs) == [1, 2])
  }
}

@Test func `one tower embeds pictures without captions, or texts without pictures`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 1)
    let encoders = try Encoders(directory: world.model)
    for i in 0..<3 { try Data(TinyWorld.file(i)).write(to: URL(fileURLWithPath: "\(directory)/p\(i).png")) }
    var options = ReadingOptions()
    options.needs = .pictures
    let out = "\(directory)/out"
    let table = try writeText("filepath\np0.png\ngone.png\np2.png\n", to: "\(directory)/t.csv")
    let images = try Embeddings(encoders, of: openPairs([table], options), to: out, .init(parts: [.images]))
    #expect(images.pairs == 2 && images.skipped == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted() == [
        "captions-00000.txt", "embeddings.json", "images-00000.npy", "keys-00000.txt", "samples-00000.jsonl",
        "skipped.jsonl",
      ])
    #expect(try String(contentsOfFile: "\(out)/skipped.jsonl", encoding: .utf8).contains(#""record":"gone.png""#))
    options.needs = .texts
    let lines = try writeText("a red dot\na blue dot\n", to: "\(directory)/lines.txt")
    var how = Embeddings.Options(parts: [.texts])
    #expect(throws: StoredError.self) { try Embeddings(encoders, of: openPairs([lines], options), to: out, how) }
    how.replaces = true
    let texts = try Embeddings(encoders, of: openPairs([lines], options), to: out, how)
    #expect(texts.pairs == 2)
    #expect(try EmbeddingStore(out).rows(of: .texts).shape == [2, 32])
    #expect(try EmbeddingStore(out).captions == ["a red dot", "a blue dot"])
    #expect(!FileManager.default.fileExists(atPath: "\(out)/images-00000.npy"))
  }
}

@Test func `data are judged as a whole, and not by what comes first`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 1)
    var encoders = try Encoders(directory: world.model)
    func embed(broken: Int, good: Int, limit: Double) throws -> Embeddings {
      let tar = try TarWriter("\(directory)/some.tar")
      for i in 0..<broken + good {
        try tar.add("k\(i).png", i < broken ? [1] : TinyWorld.file(i))
        try tar.add("k\(i).txt", [65])
      }
      try tar.close()
      encoders.bounds.skipLimit = limit
      return try Embeddings(encoders, of: openPairs(["\(directory)/some.tar"]), to: "\(directory)/out\(limit)")
    }
    #expect(try embed(broken: 140, good: 160, limit: 0.5).pairs == 160)
    let error = #expect(throws: LoadingError.self) { try embed(broken: 140, good: 160, limit: 0.1) }
    #expect(error?.description.contains("more than data.skip_limit 0.1 allows: ") == true)
    #expect(error?.description.contains("), the first: k0 in") == true)
  }
}

@Test func `pictures of more pixels than may be are left out of what is measured`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 4)
    var encoders = try Encoders(directory: world.model)
    encoders.bounds.picturePixels = 16
    let error = #expect(throws: LoadingError.self) {
      try RetrievalEvaluator(options: [:]).evaluate(encoders, on: openPairs([world.data]))
    }
    #expect(error?.description.contains("more than 16 pixels (data.picture_pixels)") == true)
  }
}

@Test func `retrieval asks each distinct caption once`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 20, broken: 3)
    let encoders = try Encoders(directory: world.model)
    let source = try openPairs([world.data])
    let first = try RetrievalEvaluator().evaluate(encoders, on: source)
    #expect(first.pairs == 19 && first.skipped == 1)
    #expect(first.imageToText.queries == 19 && first.imageToText.candidates == 5)
    #expect(first.textToImage.queries == 5 && first.textToImage.candidates == 19)
    #expect(first.imageToText.recallAt5 == 1)
    let all = try RetrievalEvaluator(captions: .all).evaluate(encoders, on: source)
    #expect(all.imageToText.queries == 19 && all.imageToText.candidates == 24 && all.textToImage.queries == 24)
  }
}

/// Writes another number over the first of a parameter of a model's file.
private func spoil(_ model: String, _ name: String, _ value: Float) throws {
  let loaded = try ModelDirectory(model).load()
  let declaration = try #require(loaded.parameters.declarations.first { $0.name == name })
  loaded.parameters.part(declaration, of: loaded.parameters.values).buffer[0] = value
  try ModelDirectory(model).save(loaded)
}

@Test(arguments: [
  ("visual.proj", Float.nan, "visual.proj of ", "holds numbers that aren't finite"),
  ("token_embedding.weight", .infinity, "token_embedding.weight of ", "holds numbers that aren't finite"),
  ("logit_scale", 200, "logit_scale of ", "is 200.0, a logarithm whose exponential"),
])
func `a model that isn't finite is refused by its tensor's name`(
  _ name: String, _ value: Float, _ begin: String, _ words: String
) throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 1)
    try spoil(world.model, name, value)
    let error = #expect(throws: ModelDirectoryError.self) { try Encoders(directory: world.model) }
    #expect(error?.description.hasPrefix(begin) == true && error?.description.contains(words) == true, "\(error!)")
    let other = CLIPModel(try ModelDirectory(world.model).configuration())
    #expect(throws: ModelDirectoryError.self) { try other.load(from: world.model) }
    #expect(throws: ModelDirectoryError.self) { try ModelDirectory(world.model).loadWeights(into: other) }
  }
}

@Test func `an embedding that isn't finite is no result`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 2)
    // Finite weights, whose products aren't.
    for name in ["visual.proj", "visual.ln_post.weight"] {
      let model = try ModelDirectory(world.model).load()
      let declaration = try #require(model.parameters.declarations.first { $0.name == name })
      model.parameters.part(declaration, of: model.parameters.values).fill(1e38)
      try ModelDirectory(world.model).save(model)
    }
    let encoders = try Encoders(directory: world.model)
    let expected = EvaluationError.notFinite("the embedding of a picture")
    #expect(throws: expected) { try RetrievalEvaluator().evaluate(encoders, on: openPairs([world.data])) }
    #expect(throws: expected) { try Embeddings(encoders, of: openPairs([world.data]), to: "\(directory)/out") }
  }
}

@Test func `a model directory without its tokenizer, or with another model's, is an error`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 1)
    let own = ModelDirectory(world.model).tokenizerPath
    let other = "\(directory)/other.txt"
    try Tokenizer(merges: (0..<100).map { "\($0 % 10) \($0 / 10)" }).write(to: other)
    #expect(throws: EvaluationError.vocabulary(tokenizer: other, found: 614, expected: 600)) {
      try Encoders(directory: world.model, tokenizer: other)
    }
    let pieces = try writeText("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", to: "\(directory)/vocab.txt")
    let error = #expect(throws: EvaluationError.self) { try Encoders(directory: world.model, tokenizer: pieces) }
    #expect(error?.description.contains("vocab.txt doesn't suit the model: it ends texts with 3 of 5 ids") == true)
    try FileManager.default.moveItem(atPath: own, toPath: "\(directory)/kept.txt.gz")
    #expect(throws: EvaluationError.noTokenizer(path: world.model)) { try Encoders(directory: world.model) }
    #expect(try Encoders(directory: world.model, tokenizer: "\(directory)/kept.txt.gz").width == 32)
  }
}
