import Collectives
import Engine
import Pairs
import Similarity
import Stored

extension StoredImages {
  /// What encoding pairs would give, from what is stored. Called by all workers.
  ///
  /// - Parameter source: the pairs whose pictures these are.
  func encoded(
    _ source: any PairSource, _ withCaptions: Bool, over workers: any Communicator
  ) throws -> EncodedPairs {
    precondition(source.count == indices.count, "stored: \(indices.count) rows of \(source.count) pairs")
    var (samples, captions, skips) = ([Int](), [[String]](), SkipSummary(source.skipped))
    for index in 0..<source.count {
      do {
        if withCaptions { captions.append(try source.pairWithoutImage(at: index).captions) }
        samples.append(index)
      } catch let flaw as Flaw {
        skips.add(SkippedSample(flaw, at: source.location(of: index)))
      }
    }
    guard !samples.isEmpty else { throw EvaluationError.nothingToEvaluate }
    let mine = workerShare(workers.rank, of: workers.size, count: samples.count, unit: Encoders.batch)
    return EncodedPairs(
      images: try SharedRows(try rows(Array(samples[mine])), over: workers), samples: samples, captions: captions,
      skipped: skips.lost + store.manifest.skipped)
  }
}
