import Randomness

/// What the samples of some data show and say, as hashes: by these a batch is kept diverse.
///
/// Memory: 8 bytes a caption (12 where captions have shares) and 4 a sample for captions, 8 a sample for pictures and
/// for labels, of what is asked for.
public struct SampleContents: Sendable, Equatable {
  /// What two samples may have in common.
  public enum Kind: String, Sendable, CaseIterable { case caption, picture, label }

  public let kinds: Set<Kind>
  /// How many samples.
  public private(set) var count = 0
  /// How many captions each sample has, then the hashes of all, and how often each is drawn.
  private var captionStarts = [UInt32(0)]
  private var captions: [UInt64] = []
  private var shares: [Float] = []
  private var pictures: [UInt64] = []
  private var labels: [UInt64] = []

  /// The hash of what isn't there: it equals nothing.
  static let none: UInt64 = 0

  public init(_ kinds: Set<Kind>) { self.kinds = kinds }

  /// Reads samples of a source; pictures only if they are asked for. What can't be read has nothing in common with
  /// others: another sample will stand in for it.
  ///
  /// - Parameter tokens: a caption as the model reads it, by which captions are equal.
  public init(
    _ kinds: Set<Kind>, of source: any PairSource, _ samples: Range<Int>, tokens: (String) -> [Int32]
  ) throws {
    self.init(kinds)
    for index in samples {
      do {
        add(kinds.contains(.picture) ? try source.pair(at: index) : try source.pairWithoutImage(at: index), tokens)
      } catch {
        guard skippable(error, at: source.location(of: index)) != nil else { throw error }
        add(nil, tokens)
      }
    }
  }

  private mutating func add(_ pair: Pair?, _ tokens: (String) -> [Int32]) {
    count += 1
    if kinds.contains(.caption) {
      captions += pair?.captions.map { contentHash(tokens: tokens($0)) } ?? []
      shares += pair?.shares ?? []
      captionStarts.append(UInt32(captions.count))
      precondition(shares.isEmpty || shares.count == captions.count, "sample contents: captions without shares")
    }
    if kinds.contains(.picture) { pictures.append(pair.map { contentHash(bytes: $0.image) } ?? Self.none) }
    if kinds.contains(.label) { labels.append(contentHash(label: pair?.label)) }
  }

  /// Adds samples that follow on these.
  public mutating func append(_ more: SampleContents) {
    precondition(kinds == more.kinds, "sample contents: \(kinds) and \(more.kinds)")
    let first = UInt32(captions.count)
    captionStarts += more.captionStarts.dropFirst().map { $0 + first }
    captions += more.captions
    shares += more.shares
    pictures += more.pictures
    labels += more.labels
    count += more.count
  }

  /// A sample's hashes, kind by kind: of the caption that is drawn in an epoch, the picture, the label.
  func hashes(of sample: Int, epoch: Int, seed: UInt64) -> [UInt64] {
    var hashes: [UInt64] = []
    if kinds.contains(.caption) { hashes.append(caption(of: sample, epoch: epoch, seed: seed)) }
    if kinds.contains(.picture) { hashes.append(pictures[sample]) }
    if kinds.contains(.label) { hashes.append(labels[sample]) }
    return hashes
  }

  private func caption(of sample: Int, epoch: Int, seed: UInt64) -> UInt64 {
    let own = Int(captionStarts[sample])..<Int(captionStarts[sample + 1])
    guard own.count > 1 else { return own.isEmpty ? Self.none : captions[own.lowerBound] }
    var random = Philox.caption(seed: seed, epoch: epoch, sample: sample)
    return captions[own.lowerBound + drawn(among: own.count, shares.isEmpty ? [] : shares[own], &random)]
  }
}

extension SampleContents {
  /// All of it as words, for a way to another process that knows its kinds.
  package var words: [UInt32] {
    func halves(_ hashes: [UInt64]) -> [UInt32] {
      hashes.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] }
    }
    let counts = [count, captions.count, shares.count].map(UInt32.init)
    let starts = kinds.contains(.caption) ? Array(captionStarts.dropFirst()) : []
    return counts + starts + halves(captions) + shares.map(\.bitPattern) + halves(pictures) + halves(labels)
  }

  /// - Parameter words: what `words` was, and anything behind it.
  package init(_ kinds: Set<Kind>, words: some RandomAccessCollection<UInt32>) {
    self.init(kinds)
    var rest = Array(words)[...]
    func take(_ count: Int) -> ArraySlice<UInt32> {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    func hashes(_ count: Int) -> [UInt64] {
      let halves = take(2 * count)
      return stride(from: halves.startIndex, to: halves.endIndex, by: 2).map {
        UInt64(halves[$0]) | UInt64(halves[$0 + 1]) << 32
      }
    }
    let counts = take(3).map(Int.init)
    count = counts[0]
    if kinds.contains(.caption) { captionStarts += take(count) }
    captions = hashes(counts[1])
    shares = take(counts[2]).map(Float.init(bitPattern:))
    if kinds.contains(.picture) { pictures = hashes(count) }
    if kinds.contains(.label) { labels = hashes(count) }
  }
}
