import Collectives
import Foundation
import Pairs

/// What loading can't use, from all workers to worker 0, each once.
///
/// What a batch met comes with the batch, so what is known after a step is the same on any number of workers.
final class SkipExchange {
  private let workers: any Communicator
  private let limit: SkipLimit
  /// Met since the last call of `gather()`.
  private var waiting: [SkippedSample] = []
  /// Told already: of any worker on worker 0, else of this one.
  private var told: Set<SkippedSample>
  private var summary: SkipSummary

  init(_ setup: TrainingSetup, _ workers: any Communicator) {
    self.workers = workers
    limit = setup.skipLimit
    told = Set(setup.source.skipped)
    summary = SkipSummary(setup.source.skipped)
  }

  func add(_ samples: [SkippedSample]) { waiting += samples.filter { told.insert($0).inserted } }

  /// Called by all workers after the same step.
  ///
  /// - Returns: on worker 0 what any worker has met since the last call, in the order of their ranks; else nothing.
  /// - Throws: on worker 0 once more pairs are lost than `data.skip_limit` allows.
  func gather() throws -> [SkippedSample] {
    // As many as fit into a text; the rest come with the next call.
    let mine = Array(waiting.prefix(10_000))
    waiting = Array(waiting.dropFirst(mine.count))
    var new = mine
    let counts = try workers.gathered([Float(mine.count)])
    for worker in 1..<max(1, workers.size) where counts[worker] > 0 {
      let text = try workers.broadcast(worker == workers.rank ? encoded(mine) : "", from: worker)
      if workers.rank == 0 { new += decoded(text).filter { told.insert($0).inserted } }
    }
    guard workers.rank == 0 else { return [] }
    for sample in new { summary.add(sample) }
    try limit.check(summary)
    return new
  }

  private func encoded(_ samples: [SkippedSample]) -> String {
    guard let data = try? JSONEncoder().encode(samples) else {
      preconditionFailure("skip exchange: \(samples.count) samples do not encode")
    }
    return String(decoding: data, as: UTF8.self)
  }

  private func decoded(_ text: String) -> [SkippedSample] {
    (try? JSONDecoder().decode([SkippedSample].self, from: Data(text.utf8))) ?? []
  }
}
