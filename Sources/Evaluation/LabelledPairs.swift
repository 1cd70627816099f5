import Collectives
import Pairs

/// The labels of a source's pairs: the json's field, or else the contents of `.cls`.
struct PairLabels {
  /// Nil for a pair without one.
  let labels: [String?]
  /// Pairs whose labels can't be read.
  let flawed: [SkippedSample]

  private struct Part: Codable {
    var labels: [String?] = []
    var flawed: [SkippedSample] = []
  }

  /// Reads every pair's label once, a part on each worker. Called by all workers.
  init(of source: any PairSource, field: String, over workers: any Communicator) throws {
    let range = workerShare(workers.rank, of: workers.size, count: source.count, unit: 1)
    var part = Part()
    for index in range {
      do {
        let pair = try source.pairWithoutImage(at: index)
        part.labels.append(try pair.field(field) ?? pair.label)
      } catch let flaw as Flaw {
        part.flawed.append(SkippedSample(flaw, at: source.location(of: index)))
        part.labels.append(nil)
      }
    }
    let parts = try workers.gathered(values: part)
    (labels, flawed) = (parts.flatMap(\.labels), parts.flatMap(\.flawed))
  }

  /// All there are, each once, in the order of their code points.
  var distinct: [String] { Set(labels.compactMap { $0 }).sorted() }
}

/// The pairs of a source whose label is one of the classes; others don't take part, and are counted.
struct LabelledPairs: PairSource {
  private let source: any PairSource
  private let indices: [Int]
  /// The class of each pair.
  let classes: [Int]
  let skipped: [SkippedSample]
  let leftOut: LeftOut

  init(_ source: any PairSource, _ labels: PairLabels, _ list: ClassList) {
    let numbers = list.numbers
    let found = labels.labels.map { label in label.map { list.number(of: $0, among: numbers) } }
    indices = found.indices.filter { found[$0].flatMap { $0 } != nil }
    classes = found.compactMap { $0.flatMap { $0 } }
    leftOut = LeftOut(
      unlabelled: found.count { $0 == nil } - labels.flawed.count, others: found.count { $0 != nil } - indices.count,
      example: zip(found, labels.labels).first { $0.0 != nil && $0.0! == nil }?.1)
    (self.source, skipped) = (source, source.skipped + labels.flawed)
  }

  var count: Int { indices.count }
  func pair(at index: Int) throws -> Pair { try source.pair(at: indices[index]) }
  func pairWithoutImage(at index: Int) throws -> Pair { try source.pairWithoutImage(at: indices[index]) }
  func location(of index: Int) -> PairLocation { source.location(of: indices[index]) }
}

extension LabelledPairs: EmbeddedPairs {
  var stored: StoredImages? {
    (source as? any EmbeddedPairs)?.stored.map { $0.selecting(indices) }
  }
}

/// Pairs that take no part in a classification, though nothing is wrong with them.
public struct LeftOut: Sendable, Equatable, Encodable {
  /// Those without a label.
  public let unlabelled: Int
  /// Those whose label is none of the classes.
  public let others: Int
  /// One such label.
  public let example: String?

  package init(unlabelled: Int = 0, others: Int = 0, example: String? = nil) {
    (self.unlabelled, self.others, self.example) = (unlabelled, others, example)
  }

  /// `, 4 left out without a label, 2 with one that is no class (“kiwi”)`; empty where all take part.
  var words: String {
    let other = example.map { " (“\($0)”)" } ?? ""
    return [(unlabelled, "without a label"), (others, "with a label that is no class\(other)")]
      .filter { $0.0 > 0 }.map { ", \($0.0) left out \($0.1)" }.joined()
  }
}
