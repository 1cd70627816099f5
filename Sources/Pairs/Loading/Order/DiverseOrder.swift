/// Another order, with the positions of a span rearranged so that samples of equal contents lie in different batches.
///
///     epoch 0                      epoch 1
///     |    span 0    |    span 1    |    span 2    |    span 3    |
///     | B | B | B | tail, head | B | B | …
///
/// An epoch falls into equal spans (a million positions, a window of shards), and each is dealt to its batches by
/// `BatchDeal`. A batch on the border of two spans has the tail of the one and the head of the other. A span deals its tail
/// first, then its head, which looks at the tail before it, and then its whole batches: so each depends on two spans
/// alone, and a run resumes anywhere at the cost of dealing these. Every sample keeps its epoch: exposures stay within
/// one.
///
/// Memory: 4 bytes a position of three spans, and some 120 bytes a position and kind while a span is dealt.
struct DiverseOrder: DrawOrder {
  private let base: any DrawOrder
  private let epoch: Int
  private let batch: Int
  /// Spans an epoch.
  private let spans: Int
  private let contents: SampleContents
  private let seed: UInt64
  /// By a span's number, which of its places each of its positions takes.
  private let arranged = Recent<Int, [UInt32]>(keeping: 3)

  var span: Int { base.span }

  /// - Parameters:
  ///   - epoch: its length, in positions.
  ///   - contents: of all samples.
  ///   - seed: the run's, by which captions are drawn.
  init(_ base: any DrawOrder, epoch: Int, batch: Int, _ contents: SampleContents, seed: UInt64) {
    (self.base, self.epoch, self.batch, self.contents, self.seed) = (base, epoch, batch, contents, seed)
    // A million positions are dealt within a second or two; of fewer than some batches hardly any order would be diverse.
    spans = max(1, epoch / max(min(base.span, 1 << 20), 8 * batch))
  }

  func sample(at position: Int) -> (epoch: Int, index: Int) {
    let (pass, place) = position.quotientAndRemainder(dividingBy: epoch)
    let number = pass * spans + ((place + 1) * spans - 1) / epoch
    let places = arranged.value(number) { arrangement(number) }
    let first = positions(number).lowerBound
    return base.sample(at: first + Int(places[position - first]))
  }

  private func positions(_ span: Int) -> Range<Int> {
    let (pass, place) = span.quotientAndRemainder(dividingBy: spans)
    return pass * epoch + place * epoch / spans..<pass * epoch + (place + 1) * epoch / spans
  }

  private func hashes(_ span: Int) -> [UInt64] {
    var hashes: [UInt64] = []
    hashes.reserveCapacity(contents.kinds.count * positions(span).count)
    for position in positions(span) {
      let (epoch, index) = base.sample(at: position)
      hashes += contents.hashes(of: index, epoch: epoch, seed: seed)
    }
    return hashes
  }

  private func arrangement(_ span: Int) -> [UInt32] {
    let range = positions(span)
    let head = (batch - range.lowerBound % batch) % batch
    // Of a span within a batch, no place is better than another.
    guard head < range.count else { return Array(0..<UInt32(range.count)) }
    let before = head > 0 && span > 0 ? tail(span - 1) : []
    var deal = BatchDeal(hashes(span), kinds: contents.kinds.count, before: before, batch: batch)
    let tail = deal.part(of: tailCount(range))
    var places = deal.part(of: head, afterOthers: true)
    while deal.left > 0 { places += deal.part(of: batch) }
    return places + tail
  }

  private func tailCount(_ range: Range<Int>) -> Int { min(range.upperBound % batch, range.count) }

  /// The hashes of a span's last positions, in the batch that the next span ends.
  private func tail(_ span: Int) -> [UInt64] {
    let (range, hashes, kinds) = (positions(span), hashes(span), contents.kinds.count)
    let head = (batch - range.lowerBound % batch) % batch
    guard head < range.count else { return Array(hashes.suffix(kinds * tailCount(range))) }
    var deal = BatchDeal(hashes, kinds: kinds, before: [], batch: batch)
    return deal.part(of: tailCount(range)).flatMap { hashes[kinds * Int($0)..<kinds * (Int($0) + 1)] }
  }
}
