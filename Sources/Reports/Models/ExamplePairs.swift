import Pairs
import Randomness

/// Pairs of a run's data, drawn by the run's seed: the same ones in every report, no caption twice.
struct ExamplePairs {
  private let source: any PairSource
  /// The pairs' indices in the source.
  private let samples: [Int]
  /// The pairs' first captions.
  let captions: [String]
  /// What a model takes of the pictures, one after the other.
  let pixels: [UInt8]
  private let pixelsEach: Int

  var count: Int { samples.count }

  /// Pairs that can't be used are passed over.
  ///
  /// - Parameter most: how many are drawn; fewer come of small data.
  init(_ source: any PairSource, seed: UInt64, most: Int, transform: ImageTransform) throws {
    var random = Philox(seed: seed, purpose: .data, sample: 0x7265_706F_7274)  // "report"
    var (drawn, known) = (Set<Int>(), Set<String>())
    var (samples, captions, pixels) = ([Int](), [String](), [UInt8]())
    for _ in 0..<8 * most where samples.count < most && drawn.count < source.count {
      let sample = random.index(below: source.count)
      guard drawn.insert(sample).inserted, let pair = try usable(sample, of: source), let caption = pair.captions.first,
        let picture = try? transform(pair.image), known.insert(caption).inserted
      else { continue }
      samples.append(sample)
      captions.append(caption)
      pixels += picture
    }
    (self.source, self.samples, self.captions, self.pixels) = (source, samples, captions, pixels)
    pixelsEach = transform.side * transform.side * 3
  }

  /// The pixels of the first pairs.
  func pixels(first count: Int) -> [UInt8] { Array(pixels.prefix(count * pixelsEach)) }

  /// The picture of a pair as it lies in the data, small.
  ///
  /// - Parameter run: tells pictures of several runs apart.
  func thumbnail(_ number: Int, run: Int) throws -> Thumbnail {
    let side = 64
    let file = try source.pair(at: samples[number]).image
    let pixels = try ImageTransform.evaluation(side: side)(file)
    return try Thumbnail(
      id: "p\(run)-\(number)", words: captions[number], Picture(width: side, height: side, pixels: pixels))
  }
}

/// The pair, or nil where it alone can't be read.
private func usable(_ sample: Int, of source: any PairSource) throws -> Pair? {
  do { return try source.pair(at: sample) } catch is Flaw { return nil }
}
