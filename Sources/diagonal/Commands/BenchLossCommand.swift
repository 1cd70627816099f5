import ArgumentParser
import Collectives
import Planning
import Settings

struct BenchLossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "Times a loss, forward and backward.",
    discussion: """
      Every eighth caption equals another, for --duplicates.

      Examples:
        diagonal bench loss --batch 16384 --dim 512 --threads 2 --json
        diagonal bench loss --batch 16384 --kind sigmoid --negatives 1024
      """)

  @Option(help: "Pairs in the global batch.") var batch: Int
  @Option(help: "Numbers in an embedding.") var dim = 512
  @Option(help: "Threads of each worker.") var threads = 1
  @Option(help: "softmax, decoupled, sigmoid or global_contrastive.") var kind = LossKind.softmax
  @Option(help: "negative, positive or ignore.") var duplicates = DuplicateRule.negative
  @Option(help: "Others that each row sees (default: all).") var negatives: Int?
  @Flag(help: "Print one JSON object.") var json = false

  private var loss: LossSection {
    var loss = LossSection()
    (loss.kind, loss.duplicates, loss.negatives) = (kind, duplicates, negatives)
    return loss
  }

  func validate() throws {
    try requireThreads(threads)
    try requireCount("--batch", batch, atMost: 100_000_000)
    try requireCount("--dim", dim, atMost: 1_000_000)
    let counts = [("batch", batch), ("dim", dim), ("threads", threads), ("negatives", negatives ?? 1)]
    for (name, value) in counts where value < 1 {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
    if let negatives, negatives >= batch {
      throw ValidationError("--negatives is \(negatives), expected less than --batch \(batch)")
    }
    let duplicatesMay: [LossKind: [DuplicateRule]] = [
      .globalContrastive: [.negative, .ignore], .decoupled: [.negative],
    ]
    guard let may = duplicatesMay[kind] else { return }
    if !may.contains(duplicates) {
      let expected = may.map(\.rawValue).joined(separator: " or ")
      throw ValidationError("--duplicates is \(duplicates.rawValue), expected \(expected) with --kind \(kind.rawValue)")
    }
    if batch < 2 { throw ValidationError("--batch is \(batch), expected at least 2 with --kind \(kind.rawValue)") }
  }

  func run() throws {
    try overMPI { workers in
      guard batch % workers.size == 0 else {
        throw ValidationError("--batch \(batch) isn't a multiple of \(workers.size) workers")
      }
      let result = try LossBenchmark(batch: batch, dim: dim, threads: threads, loss: loss).run(workers: workers)
      guard workers.rank == 0 else { return }
      let report = LossReport(batch: batch, dim: dim, workers: workers.size, threads: threads, result: result)
      if json { try printJSON(report) } else { print(report.line) }
    }
  }
}
