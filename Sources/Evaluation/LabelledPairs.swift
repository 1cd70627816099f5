import Pairs

/// The pairs of a source whose label is one of the classes; others don't take part.
struct LabelledPairs: PairSource {
  private let source: any PairSource
  private let indices: [Int]
  /// The class of each pair.
  let classes: [Int]
  let skipped: [SkippedSample]

  /// Reads every pair's label once: the json's field, or else the contents of `.cls`; a name of the list, or a number in
  /// it from 0. A pair whose json can't be read is left out, and said so.
  init(_ source: any PairSource, _ list: ClassList) throws {
    let numbers = Dictionary(uniqueKeysWithValues: list.names.enumerated().map { ($1, $0) })
    var (indices, classes, skipped) = ([Int](), [Int](), source.skipped)
    for index in 0..<source.count {
      do {
        let pair = try source.pairWithoutImage(at: index)
        guard let label = try pair.field(list.label) ?? pair.label else { continue }
        let place = Int(label).flatMap { list.names.indices.contains($0) ? $0 : nil }
        guard let number = numbers[label] ?? place else { continue }
        indices.append(index)
        classes.append(number)
      } catch let flaw as Flaw {
        skipped.append(SkippedSample(flaw, at: source.location(of: index)))
      }
    }
    (self.source, self.indices, self.classes, self.skipped) = (source, indices, classes, skipped)
  }

  var count: Int { indices.count }
  func pair(at index: Int) throws -> Pair { try source.pair(at: indices[index]) }
  func pairWithoutImage(at index: Int) throws -> Pair { try source.pairWithoutImage(at: indices[index]) }
  func location(of index: Int) -> PairLocation { source.location(of: indices[index]) }
}
