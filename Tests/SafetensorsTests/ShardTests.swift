import Foundation
import Safetensors
import TestSupport
import Testing

/// Two files and their index, which a test may spoil.
private func shards(
  _ index: String, _ body: (String) throws -> Void
) throws {
  try temporaryDirectory { directory in
    for (file, names) in [("one", ["a", "b"]), ("two", ["c"])] {
      let values: [Float] = [1, 2]
      try values.withUnsafeBufferPointer { values in
        try SafetensorsWriter.write(names.map { ($0, [2], values) }, to: "\(directory)/\(file).safetensors")
      }
    }
    let path = directory + "/model.safetensors.index.json"
    try Data(index.utf8).write(to: URL(fileURLWithPath: path))
    try body(path)
  }
}

@Suite struct `Shards of a file` {
  @Test func `are read as one`() throws {
    let map = #"{"a": "one.safetensors", "b": "one.safetensors", "c": "two.safetensors"}"#
    try shards(#"{"metadata": {"total_size": 24}, "weight_map": \#(map)}"#) { path in
      let files = try SafetensorsShards(index: path)
      #expect(files.entries.keys.sorted() == ["a", "b", "c"])
      #expect(try files.floats("c") == [1, 2])
      #expect(throws: SafetensorsError.self) { try files.floats("d") }
    }
  }

  @Test(arguments: [
    ("", "no weight_map"), ("[]", "no weight_map"), (#"{"weight_map": {}}"#, "no weight_map"),
    (#"{"weight_map": {"a": 1}}"#, "no weight_map"),
    (#"{"weight_map": {"a": "../one.safetensors"}}"#, "no name of a .safetensors file"),
    (#"{"weight_map": {"a": "/etc/passwd"}}"#, "no name of a .safetensors file"),
    (#"{"weight_map": {"a": "three.safetensors"}}"#, "can't be read"),
    (#"{"weight_map": {"a": "one.safetensors"}}"#, "holds b, which the index"),
    (#"{"weight_map": {"a": "one.safetensors", "b": "one.safetensors", "x": "one.safetensors"}}"#, "no tensor x"),
    (#"{"weight_map": {"a": "one.safetensors", "b": "two.safetensors", "c": "two.safetensors"}}"#, "holds b, which"),
  ])
  func `are refused by what is wrong with their index`(index: String, reason: String) throws {
    try shards(index) { path in
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsShards(index: path) }
      let words = error?.description.replacing("cannot", with: "can't") ?? ""
      #expect(words.contains(reason), "\(words)")
    }
  }
}
