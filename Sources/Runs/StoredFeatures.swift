import CLIP
import Evaluation
import Files
import Pairs
import Settings
import Stored

/// The rows of a directory of embeddings that take the place of a run's locked towers.
struct StoredFeatures: FeatureLookup {
  /// A pair by its key, and by what of it was embedded, both as bytes: to Swift two spellings of one letter are equal.
  private struct Name: Hashable {
    private let key: [UInt8]
    private let content: [UInt8]

    init(_ key: String, _ content: String) { (self.key, self.content) = (Array(key.utf8), Array(content.utf8)) }
  }

  /// The fingerprint of the model that embedded; nil where it isn't known.
  let model: String?
  let areStates: Bool
  private let images: [Name: Int]?
  private let texts: [Name: Int]?
  private let imageRows: StoredRowReader?
  private let textRows: StoredRowReader?

  var hasImages: Bool { images != nil }
  var hasTexts: Bool { texts != nil }

  /// Nil where the run names none.
  ///
  /// - Parameter state: where the run goes on from: then the towers are that checkpoint's, and what they began as needn't be there.
  /// - Throws: `TrainingError.features`, `StoredError` where what is stored can't stand for a tower of the run.
  init?(
    _ run: RunFile, _ configuration: ModelConfiguration, _ tokenizer: any CaptionTokenizer,
    resuming state: CheckpointState?
  ) throws {
    guard let path = run.data.features else { return nil }
    let store = try EmbeddingStore(whole: path)
    let check = FeatureCheck(
      run: run, configuration: configuration, tokenizer: tokenizer, store: store, known: state?.features)
    let parts = try check.parts()
    (model, areStates) = (store.manifest.model, store.manifest.states != nil)
    let (keys, samples) = (try store.keys, try store.samples())
    func rows(_ content: (Int) -> String?) -> [Name: Int] {
      let names = keys.indices.compactMap { row in content(row).map { (Name(keys[row], $0), row) } }
      return Dictionary(names) { first, _ in first }
    }
    images = parts.contains(.images) ? rows { samples[$0].picture } : nil
    imageRows = parts.contains(.images) ? try StoredRowReader(store, .images) : nil
    let captions = parts.contains(.texts) ? try store.captions : []
    texts = parts.contains(.texts) ? rows { samples[$0].captions?.first ?? captions[$0] } : nil
    textRows = parts.contains(.texts) ? try StoredRowReader(store, .texts) : nil
  }

  func image(key: String, picture: UInt64) throws -> [Float]? {
    try images?[Name(storedLine(key), String(picture, radix: 16))].flatMap { try imageRows?.row($0) }
  }

  func text(key: String, caption: String) throws -> [Float]? {
    try texts?[Name(storedLine(key), caption)].flatMap { try textRows?.row($0) }
  }
}

extension TrainingSetup {
  /// What tells stored features apart: the digest of their manifest, which has that of every file.
  func featuresDigest() throws -> String {
    // Of a run that is finished nothing is asked.
    guard features != nil else { return "" }
    return try run.data.features.map { sha256(try ReadOnlyFile("\($0)/\(StoreManifest.name)").readAll()) } ?? ""
  }
}
