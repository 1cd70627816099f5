import ArgumentParser
import Search
import ServerOptions
import Similarity
import Stored

/// How stored rows are searched.
struct SearchOptions: ParsableArguments {
  @Option(help: "What is searched: images or texts.")
  var over = StoredPart.images

  @Option(help: "How many to find for each query.")
  var top = 10

  @Option(
    help: ArgumentHelp(
      "How rows are kept in memory: f32 as they are; f16 or int8 copies for a store that is searched often, whose best are "
        + "compared again in f32.", valueName: "form"))
  var memory = SearchMemory.f32

  @Option(help: ArgumentHelp("What `diagonal index` wrote: faster, and may miss some.", valueName: "file"))
  var index: String?

  @Option(help: ArgumentHelp("How many candidates --index keeps; more find more.", valueName: "n"))
  var effort = 64

  @Flag(help: "Says which share of the exact results --index found, which takes an exact search.")
  var recall = false

  func validate() throws {
    try requireCount("--top", top, atMost: 1 << 20)
    try requireCount("--effort", effort, atMost: 1 << 16)
    if index != nil, memory != .f32 {
      throw ValidationError("--index and --memory are two ways: leave out one of them")
    }
    if recall, index == nil { throw ValidationError("--recall without --index: that search is exact") }
  }

  func way(_ stored: StoredRows) throws -> SearchWay {
    if let index {
      let graph = try NeighbourGraph.read(index, of: stored)
      guard graph.count == stored.count else {
        throw SearchError.shortIndex(
          path: index, covers: graph.count, rows: stored.count, stored: stored.path, part: stored.part.rawValue)
      }
      return .graph(graph, effort: effort)
    }
    return try memory.form.map { .compacted(try stored.compacted(as: $0)) } ?? .rows
  }
}

extension StoredPart: ExpressibleByArgument {}
