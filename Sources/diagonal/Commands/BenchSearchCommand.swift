import ArgumentParser
import Foundation
import Planning
import Search
import ServerOptions
import Similarity

struct BenchSearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Times exact search among made-up rows in memory.",
    discussion: """
      What launch/peers/search.py times of FAISS's flat index.

      Example:
        diagonal bench search --rows 1000000 --dim 512 --queries 1000 --threads 2 --json
      """)

  @Option(help: "Stored rows.") var rows = 1_000_000
  @Option(help: "Numbers in a row.") var dim = 512
  @Option(help: "Queries of the batch.") var queries = 1000
  @Option(help: "How many to find for each.") var top = 10
  @Option(help: "Threads.") var threads = 2
  @Option(help: "How rows are kept: f32, f16 or int8.") var memory = SearchMemory.f32
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    for (name, value) in [("rows", rows), ("dim", dim), ("queries", queries), ("top", top), ("threads", threads)]
    where value < 1 || value > 1 << 30 {
      throw ValidationError("--\(name) is \(value), expected 1 to \(1 << 30)")
    }
  }

  func run() throws {
    let found = SearchBenchmark(rows: rows, dim: dim, queries: queries, best: top, threads: threads, form: memory.form)
      .run()
    let report = Report(
      rows: rows, dim: dim, queries: queries, threads: threads, one_seconds: found.oneSeconds,
      batch_seconds: found.batchSeconds, read_seconds: found.readSeconds,
      queries_per_second: Double(queries) / found.batchSeconds)
    if json { return try printJSON(report) }
    print(
      "\(grouped(rows)) × \(dim), \(threads) threads: one query \(milliseconds(found.oneSeconds)), reading the rows "
        + "\(milliseconds(found.readSeconds)), \(queries) queries \(milliseconds(found.batchSeconds))")
  }

  private func milliseconds(_ seconds: Double) -> String { String(format: "%.1f ms", seconds * 1e3) }

  private struct Report: Encodable {
    let rows, dim, queries, threads: Int
    let one_seconds, batch_seconds, read_seconds, queries_per_second: Double
  }
}
