import Foundation
import TestSupport

/// A recipe of one cell, two steps long, on a few generated scenes.
struct SmallRecipe {
  let directory: String

  struct Row: Decodable, Equatable {
    let settings: String
    let numbers: [String: Double]
  }

  init(in directory: String) throws {
    self.directory = directory
    try FileManager.default.createDirectory(atPath: "\(directory)/recipes/small", withIntermediateDirectories: true)
    try write(
      """
      claim: c
      expected: e
      changes: w
      time: none
      needs:
        - {path: data/shapes/count-test.tar, make: [data, shapes, --out, data/shapes, --draws, "10", --size, "32"]}
        - {path: data/shapes/merges.txt.gz, make: [tokenizer, train, --data, "data/shapes/*-train.tar", --vocab, "600", --out, data/shapes/merges.txt.gz]}
      parts: [{name: only, sweep: \(directory)/sweep.yaml, title: t}]
      """, "recipes/small/experiment.yaml")
    try write(
      "base: \(directory)/base.yaml\narms: {one: {}}\nseeds: 1\nequal: {updates: 2}\n", "sweep.yaml")
  }

  var arguments: [String] {
    ["small", "--recipes", "\(directory)/recipes", "--out", "\(directory)/out", "--data", "\(directory)/made"]
  }

  /// - Parameter list: keys to leave out.
  func write(learningRate: String, excluding list: String? = nil) throws {
    if let list { try write(list, "list.txt") }
    try write(
      """
      model: {config: launch/sweeps/tiny-model.json}
      data: {train: data/shapes/count-train.tar, tokenizer: data/shapes/merges.txt.gz, exclude: \(list == nil ? "null" : "\(directory)/list.txt")}
      batch: {size: 8, chunk: 8}
      optimizer: {learning_rate: \(learningRate)}
      schedule: {warmup: 0}
      evaluation: [{kind: retrieval, data: data/shapes/count-test.tar}]
      """, "base.yaml")
  }

  var rows: [Row] {
    get throws {
      try String(contentsOfFile: "\(directory)/out/results.jsonl", encoding: .utf8).split(separator: "\n").map {
        try JSONDecoder().decode(Row.self, from: Data($0.utf8))
      }
    }
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }
}
