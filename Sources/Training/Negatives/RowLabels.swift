import Collectives
import Pairs

/// What is known of each row of the global batch beyond its features; empty where nobody asks.
public struct RowLabels: Sendable, Equatable {
  /// 64-bit hashes of the captions' tokens and of the pictures' files.
  public var captions: [UInt64] = []
  public var pictures: [UInt64] = []
  /// The pairs' indices in the training data.
  public var samples: [Int] = []
  /// 64-bit hashes of the pairs' labels; 0 for a pair without one.
  public var labels: [UInt64] = []
  /// 64-bit hashes of the wrong captions' tokens, so many a row; 0 at places that no caption took.
  public var hardNegatives: [UInt64] = []

  public init(
    captions: [UInt64] = [], pictures: [UInt64] = [], samples: [Int] = [], labels: [UInt64] = [],
    hardNegatives: [UInt64] = []
  ) {
    self.hardNegatives = hardNegatives
    self.captions = captions
    self.pictures = pictures
    self.samples = samples
    self.labels = labels
  }

  public struct Kinds: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Captions and pictures: four words a row on the wire.
    public static let contents = Kinds(rawValue: 1)
    /// The pairs' indices: one word a row.
    public static let samples = Kinds(rawValue: 2)
    /// The pairs' labels: two words a row.
    public static let labels = Kinds(rawValue: 4)
    /// The wrong captions: two words for each.
    public static let hardNegatives = Kinds(rawValue: 8)

    /// What is told of a batch: the labels too where its chunks have them.
    init(of chunks: [Batch]) {
      self = chunks.allSatisfy(\.labels.isEmpty) ? .contents : [.contents, .labels]
    }
  }

  /// The number of rows whose hash an earlier one has.
  static func repeated(_ hashes: [UInt64]) -> Int { hashes.count - Set(hashes).count }

  /// The number of rows whose label an earlier one has.
  var repeatedLabels: Int { Self.repeated(labels.filter { $0 != 0 }) }

  /// The others that have neither a row's caption nor its picture, in the mean over rows; NaN where nobody asked.
  ///
  ///     B − (Σ n_c² + Σ n_p² − Σ n_cp²) / B      rows of a caption, of a picture, of both
  var effectiveNegatives: Double {
    if captions.isEmpty { return .nan }
    struct Both: Hashable {
      let caption: UInt64
      let picture: UInt64
    }
    func squares(_ names: [some Hashable]) -> Int {
      Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).values.reduce(0) { $0 + $1 * $1 }
    }
    let both = zip(captions, pictures).map { Both(caption: $0, picture: $1) }
    let alike = squares(captions) + squares(pictures) - squares(both)
    return Double(captions.count) - Double(alike) / Double(captions.count)
  }

  /// Whether two rows have one caption or one picture.
  func areAlike(_ row: Int, _ other: Int) -> Bool {
    captions[row] == captions[other] || pictures[row] == pictures[other]
  }
}

extension RowLabels {
  /// The labels of all workers' rows, from those of mine.
  static func gathered(_ chunks: [Batch], _ kinds: Kinds, _ workers: any Communicator) throws -> RowLabels {
    guard !kinds.isEmpty else { return RowLabels() }
    let mine = RowLabels(of: chunks, kinds).words
    // Words travel as the bits of floats, which collectives copy without looking at them.
    let all = try workers.gathered(mine.map { Float(bitPattern: $0) })
    let rows = chunks.reduce(0) { $0 + $1.count }
    return RowLabels(words: all.map(\.bitPattern), kinds, rows: rows, workers: workers.size)
  }

  init(of chunks: [Batch], _ kinds: Kinds) {
    if kinds.contains(.contents) {
      captions = chunks.flatMap { chunk in
        (0..<chunk.count).map { i in
          contentHash(tokens: chunk.tokens[i * chunk.contextLength..<(i + 1) * chunk.contextLength])
        }
      }
      pictures = chunks.flatMap(\.pictures)
    }
    if kinds.contains(.samples) { samples = chunks.flatMap(\.samples) }
    if kinds.contains(.labels) { labels = chunks.flatMap(\.labels) }
    if kinds.contains(.hardNegatives) { hardNegatives = chunks.flatMap(\.hardNegativeHashes) }
  }

  /// One after the other: captions, pictures, samples, labels, wrong captions.
  private var words: [UInt32] {
    func halves(_ hashes: [UInt64]) -> [UInt32] {
      hashes.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] }
    }
    return halves(captions) + halves(pictures) + samples.map { UInt32($0) } + halves(labels) + halves(hardNegatives)
  }

  private init(words: [UInt32], _ kinds: Kinds, rows: Int, workers: Int) {
    let width = words.count / workers
    for worker in 0..<workers {
      var mine = words[worker * width..<(worker + 1) * width]
      func hashes(_ count: Int) -> [UInt64] {
        defer { mine = mine.dropFirst(2 * count) }
        let first = mine.startIndex
        return (0..<count).map { UInt64(mine[first + 2 * $0]) | UInt64(mine[first + 2 * $0 + 1]) << 32 }
      }
      if kinds.contains(.contents) {
        captions += hashes(rows)
        pictures += hashes(rows)
      }
      if kinds.contains(.samples) {
        samples += mine.prefix(rows).map { Int($0) }
        mine = mine.dropFirst(rows)
      }
      if kinds.contains(.labels) { labels += hashes(rows) }
      if kinds.contains(.hardNegatives) { hardNegatives += hashes(mine.count / 2) }
    }
  }
}
