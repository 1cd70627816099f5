import ArgumentParser
import Files
import Foundation
import Search
import Stored

struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Builds a graph of neighbours over stored embeddings, for `search --index`.",
    discussion: """
      HNSW, by hnswlib. The file has the graph and not the rows, some 140 bytes a row with 16 links, and fits the \
      embeddings that it was built over, no others. It is saved now and then: killed and started again, the same command \
      goes on; after more shards were embedded it adds their rows. On several threads no two builds give the same graph.

      Example:
        diagonal index embeddings/noto --out embeddings/noto.index
        diagonal search --in embeddings/noto --model runs/emoji --index embeddings/noto.index --text "a red fruit" --recall
      """)

  @Argument(help: ArgumentHelp("What `diagonal embed` wrote.", valueName: "dir"))
  var stored: String

  @Option(help: ArgumentHelp("The file to write, or to go on with.", valueName: "file"))
  var out: String

  @Option(help: "What is indexed: images or texts.")
  var over = StoredPart.images

  @Option(help: ArgumentHelp("How many neighbours a row keeps (default: 16).", valueName: "n"))
  var links: Int?

  @Option(help: ArgumentHelp("How many candidates are looked at for a new row (default: 200).", valueName: "n"))
  var effort: Int?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "n"))
  var threads: Int?

  @Flag(help: "Prints one JSON object.")
  var json = false

  /// Rows between looks at the clock.
  private static let step = 2048

  func validate() throws {
    try requirePath("--out", out)
    try requireCount("--threads", threads ?? 1, atMost: 4096)
    if let links, !(2...256).contains(links) {
      throw ValidationError("--links is \(links), expected between 2 and 256")
    }
    try requireCount("--effort", effort ?? 1, atMost: 1 << 16)
  }

  func run() throws {
    try ModelOptions.useThreads(threads)
    let stored = try StoredRows(try EmbeddingStore(stored), over)
    guard stored.count > 0 else { throw SearchError.noRows(path: stored.path) }
    let start = ProcessInfo.processInfo.systemUptime
    let graph = try begun(stored)
    let before = graph.count
    try build(graph, stored)
    let seconds = ProcessInfo.processInfo.systemUptime - start
    if json {
      return try printJSON(
        Made(rows: graph.count, added: graph.count - before, links: graph.links, effort: graph.effort, seconds: seconds)
      )
    }
    print(
      "\(out): \(counted(graph.count, "row", "rows")), \(grouped(graph.count - before)) of them added in "
        + duration(seconds))
  }

  /// The graph of the file, or a new one.
  private func begun(_ stored: StoredRows) throws -> NeighbourGraph {
    guard FileKind(at: FilePath(out)) != nil else {
      return try NeighbourGraph(
        over: stored.rows, links: links ?? NeighbourGraph.standardLinks, effort: effort ?? NeighbourGraph.standardEffort
      )
    }
    let graph = try NeighbourGraph.read(out, of: stored)
    for (name, wanted, found) in [("--links", links, graph.links), ("--effort", effort, graph.effort)] {
      guard let wanted, wanted != found else { continue }
      throw ValidationError(
        "\(out) was begun with \(name) \(found), not \(wanted): leave it out, or give another --out")
    }
    return graph
  }

  /// Saves so seldom that it takes a twentieth of the time at most.
  private func build(_ graph: NeighbourGraph, _ stored: StoredRows) throws {
    let (progress, clock) = (RowProgress(of: stored.count, from: graph.count), ContinuousClock())
    var (saved, saving) = (clock.now, Duration.seconds(1))
    while graph.count < stored.count {
      try graph.add(upTo: min(stored.count, graph.count + Self.step))
      if graph.count == stored.count || clock.now - saved > max(.seconds(20), saving * 20) {
        saving = try clock.measure { try graph.write(to: out, of: stored) }
        saved = clock.now
      }
      progress.advanced(to: graph.count)
    }
  }

  private struct Made: Encodable {
    let rows, added, links, effort: Int
    let seconds: Double
  }
}
