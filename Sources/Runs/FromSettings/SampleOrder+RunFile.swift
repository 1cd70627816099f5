import CLIP
import Collectives
import Foundation
import Pairs
import Settings

extension TrainingSetup {
  /// The order of the samples. Called by all workers, which read together what the samples have in common, where the
  /// run asks for diverse batches.
  func order(over workers: any Communicator, report: (String) -> Void) throws -> SampleOrder {
    let order = basicOrder
    let kinds = Set(run.batch.diversity.parts.map(SampleContents.Kind.init))
    guard !kinds.isEmpty else { return order }
    let read = kinds.contains(.picture) ? "pictures and captions" : "captions"
    report("batch.diversity: reading the \(read) of \(source.count) pairs")
    let (tokenizer, length) = (tokenizer, configuration.text.contextLength)
    let contents = try SampleContents.gathered(kinds, of: source, over: workers) {
      tokenizer.tokens($0, contextLength: length)
    }
    for bound in contents.bounds(batch: run.batch.size, seed: run.seed) {
      if bound.kind == .label && bound.samples == 0 { throw TrainingError.noLabels(field: run.data.label) }
      report("batch.diversity: \(bound.line(batch: run.batch.size))")
    }
    return order.diverse(batch: run.batch.size, contents)
  }

  private var basicOrder: SampleOrder {
    switch run.data.order.kind {
    case .full: SampleOrder(seed: run.seed, mixture)
    case .windowed:
      SampleOrder(seed: run.seed, mixture, shards: source.shardRanges, window: run.data.order.window)
    }
  }
}

extension SampleContents {
  /// Those of all samples of a source, of which each worker reads its share.
  static func gathered(
    _ kinds: Set<Kind>, of source: any PairSource, over workers: any Communicator, tokens: (String) -> [Int32]
  ) throws -> SampleContents {
    let share = workers.rank * source.count / workers.size..<(workers.rank + 1) * source.count / workers.size
    let mine = try SampleContents(kinds, of: source, share, tokens: tokens).words
    let longest = Int(try workers.gathered([Double(mine.count)]).max() ?? 0)
    let padded = mine + [UInt32](repeating: 0, count: longest - mine.count)
    let words = try workers.gathered(padded.map { Float(bitPattern: $0) })
    var all = SampleContents(kinds)
    for worker in 0..<workers.size {
      all.append(SampleContents(kinds, words: words[worker * longest..<(worker + 1) * longest].map(\.bitPattern)))
    }
    return all
  }
}

extension SampleContents.Kind {
  init(_ part: Diversity.Part) {
    self =
      switch part {
      case .caption: .caption
      case .picture: .picture
      case .label: .label
      }
  }
}

extension DiversityBound {
  /// How diverse a batch can be at best.
  func line(batch: Int) -> String {
    let best =
      duplicates < 0.05
      ? "a batch of \(batch) can have each once"
      : "in a batch of \(batch) at least \(String(format: "%.1f", duplicates)) repeat an earlier one's"
    return "\(samples) pairs have \(distinct) different \(kind)s, the most frequent \(most) times: \(best)"
  }
}

extension OrderSection {
  /// What a checkpoint says of it; nil for the full order.
  var name: String? { kind == .full ? nil : "\(kind.rawValue) \(window)" }
}

extension RunFile {
  /// What a checkpoint says of its diversity; nil without one.
  var diversityName: String? {
    let parts = SampleContents.Kind.allCases.filter { batch.diversity.parts.map(SampleContents.Kind.init).contains($0) }
    guard !parts.isEmpty else { return nil }
    return parts.map { $0 == .label ? "label \(data.label ?? ".cls")" : $0.rawValue }.joined(separator: ", ")
  }
}
