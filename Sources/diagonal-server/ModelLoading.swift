import ArgumentParser
import Engine
import Evaluation
import Files
import Foundation
import Pairs
import Runs
import Search
import ServerOptions
import Serving
import Settings
import Stored

/// What is loaded, on the thread that will use it.
struct ModelLoading: Sendable {
  let directory: String
  let name: String
  let model: ServedModelOptions
  let rows: ServedRowsOptions
  let picturePixels: Int

  func load() throws -> ServedModel {
    let threads = model.threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    try Threads.require(threads)
    Threads.count = threads
    var encoders = try Encoders(directory: directory, only: model.tower.alone, tokenizer: model.tokenizer) {
      writeStandardError($0 + "\n")
    }
    encoders.background = PictureBackground(model.transparency)
    encoders.bounds.picturePixels = picturePixels
    return ServedModel(name, encoders, searched: try searched(encoders), pictures: try pictures())
  }

  private func searched(_ encoders: Encoders) throws -> [(StoredRows, SearchWay)] {
    guard let stored = rows.stored else { return [] }
    let store = try EmbeddingStore(stored)
    // A text is compared with texts by the tokenizer that read them.
    let comparesTexts = store.manifest.parts.contains(.texts) && encoders.tower != .image
    let tokenizer = comparesTexts ? encoders.tokenizerDigest : nil
    try store.require(model: encoders.fingerprint, width: encoders.width, tokenizer: tokenizer)
    let parts = try store.manifest.parts.map { try StoredRows(store, $0) }
    var graphs: [StoredPart: NeighbourGraph] = [:]
    for index in rows.index {
      let (part, graph) = try Self.graph(index, of: parts)
      graphs[part] = graph
    }
    return try parts.map { part in (part, try way(part, graphs[part.part])) }
  }

  private func way(_ part: StoredRows, _ graph: NeighbourGraph?) throws -> SearchWay {
    if let graph { return .graph(graph, effort: rows.effort) }
    return try rows.memory.form.map { .compacted(try part.compacted(as: $0)) } ?? .rows
  }

  /// The graph of a file, and which part it is of.
  private static func graph(_ path: String, of parts: [StoredRows]) throws -> (StoredPart, NeighbourGraph) {
    var problem: (any Error)?
    for rows in parts {
      let graph: NeighbourGraph
      do { graph = try NeighbourGraph.read(path, of: rows) } catch {
        problem = problem ?? error
        continue
      }
      guard graph.count == rows.count else {
        throw SearchError.shortIndex(
          path: path, covers: graph.count, rows: rows.count, stored: rows.path, part: rows.part.rawValue)
      }
      return (rows.part, graph)
    }
    throw problem ?? SearchError.otherIndex(path: path, problem: "is of no rows that are searched")
  }

  private func pictures() throws -> (any PairSource)? {
    if rows.pictures.isEmpty { return nil }
    var reading = ReadingOptions()
    reading.needs = .pictures
    return try openPairs(rows.pictures, reading)
  }
}

extension ServeOptions {
  var loading: ModelLoading {
    get throws {
      let found = try modelDirectory(model.model) { writeStandardError("passed over a checkpoint: \($0)\n") }
      if found != model.model { writeStandardError("\(model.model): \(found)\n") }
      let name = model.name ?? URL(fileURLWithPath: model.model).lastPathComponent
      return ModelLoading(
        directory: found, name: name, model: model, rows: rows, picturePixels: limits.picturePixels)
    }
  }
}

extension ServedTower {
  /// The one encoder that is loaded; nil for both.
  var alone: Tower? { Tower(rawValue: rawValue) }
}
