import Foundation
import Pairs

/// Reads all of some data once and says what is in it.
public struct DataCheck: Sendable {
  public var tokenizer: (any CaptionTokenizer)?
  /// Tokens that a model takes of a caption.
  public var context = 77
  /// Larger pictures are flaws.
  public var mostPixels = Picture.mostPixels
  /// The field of json, or the column, that holds a pair's class; nil: `.cls`.
  public var label: String?
  /// Shown of each kind of flaw and of each kind of copies.
  public var examples = 3
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public init() {}

  private static let chunk = 16

  /// Reads and decodes every pair, on all threads.
  ///
  /// - Parameters:
  ///   - withPictures: whether pictures are read.
  ///   - advanced: told how many pairs of how many are read.
  ///   - skipped: told of each flaw.
  public func run(
    _ source: any PairSource, withPictures: Bool = true, advanced: (Int, Int) -> Void = { _, _ in },
    skipped: (SkippedSample) -> Void = { _ in }
  ) throws -> CheckReport {
    var flaws = FlawCounts(examples: examples)
    func note(_ sample: SkippedSample) {
      flaws.add(sample)
      skipped(sample)
    }
    source.skipped.forEach(note)
    let lookahead = Lookahead(threads: threads, ahead: 2 * threads) { number -> [Result<PairFacts, Lost>]? in
      let start = number * Self.chunk
      guard start < source.count else { return nil }
      return try (start..<min(source.count, start + Self.chunk)).map { try facts($0, source, withPictures) }
    }
    var (pairs, read) = ([PairFacts](), 0)
    while let chunk = try lookahead.next() {
      for found in chunk {
        switch found {
        case .success(let facts):
          for flaw in facts.flaws { note(SkippedSample(flaw, at: source.location(of: facts.index))) }
          pairs.append(facts)
        case .failure(let lost): note(lost.sample)
        }
      }
      read += chunk.count
      advanced(read, source.count)
    }
    return CheckReport(pairs, flaws, self, describe: description(of: source))
  }

  private struct Lost: Error { let sample: SkippedSample }

  private func facts(
    _ index: Int, _ source: any PairSource, _ withPictures: Bool
  ) throws -> Result<PairFacts, Lost> {
    do {
      let pair = try withPictures ? source.pair(at: index) : source.pairWithoutImage(at: index)
      let picture = try withPictures ? PairFacts.Picture(pair.image, mostPixels: mostPixels) : nil
      let captions = pair.captions.map { PairFacts.Caption($0, tokenizer, context: context) }
      let label = label.flatMap { try? pair.field($0) } ?? pair.label
      return .success(PairFacts(index: index, picture: picture, captions: captions, label: label, flaws: pair.flaws))
    } catch {
      guard let sample = skippable(error, at: source.location(of: index)) else { throw error }
      return .failure(Lost(sample: sample))
    }
  }

  private func description(of source: any PairSource) -> (Int) -> String {
    { index in
      let place = source.location(of: index)
      return place.file.isEmpty ? place.key : "\(place.key) in \(place.file)"
    }
  }
}
