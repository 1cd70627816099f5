import Evaluation
import Pairs
import Settings

/// Pairs whose only caption is the name of their class: what supervised training reads. Others are left out.
struct ClassPairs: PairSource {
  private let source: any PairSource
  private let field: String
  private let name: @Sendable (String) -> String?

  /// - Parameter field: of a pair's json or table that holds its label, or `folder`; else `.cls` does.
  init(_ source: any PairSource, _ classes: ClassList, field: String) {
    (self.source, self.field, name) = (source, field, classes.nameByLabel())
  }

  var count: Int { source.count }
  var skipped: [SkippedSample] { source.skipped }
  var shardRanges: [Range<Int>] { source.shardRanges }
  func location(of index: Int) -> PairLocation { source.location(of: index) }
  func pair(at index: Int) throws -> Pair { try classed(source.pair(at: index)) }
  func pairWithoutImage(at index: Int) throws -> Pair { try classed(source.pairWithoutImage(at: index)) }
  func identify(to identity: DataIdentity) throws { try source.identify(to: identity) }
  func identify(_ range: Range<Int>, to identity: DataIdentity) throws { try source.identify(range, to: identity) }

  private func classed(_ pair: Pair) throws(Flaw) -> Pair {
    guard let label = try pair.field(field) ?? pair.label else { throw .noLabel(field: field) }
    guard let name = name(label) else { throw .otherLabel(label) }
    return Pair(
      key: pair.key, image: pair.image, captions: [name], label: label, json: pair.json, flaws: pair.flaws)
  }
}

extension RunFile {
  /// Opens the training pairs, with how often each source is drawn: those with a caption, or with one of the classes.
  func openPairs(_ indexes: IndexKeeping) throws -> (source: any PairSource, mixture: Mixture) {
    guard let classes = try classes() else {
      let (source, mixture) = try data.open(indexes)
      return (shuffled(source), mixture)
    }
    let (source, mixture) = try data.open(indexes, needs: .pictures)
    return (ClassPairs(shuffled(source), classes, field: classes.label), mixture)
  }

  /// The pairs, or where the run asks for it, their pictures with each other's captions.
  private func shuffled(_ source: any PairSource) -> any PairSource {
    data.shuffleCaptions ? ShuffledPairs(source, seed: seed) : source
  }
}
