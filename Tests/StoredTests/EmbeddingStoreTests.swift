import Engine
import Foundation
import Stored
import TestSupport
import Testing

private func write(_ rows: [[Float]], to path: String, _ precision: StoredPrecision = .f32) throws {
  let writer = try NpyWriter(path, width: rows[0].count, precision: precision)
  try writer.append(Tensor(shape: [rows.count, rows[0].count], rows.flatMap { $0 }))
  try writer.close()
}

@Suite struct EmbeddingStoreTests {
  @Test func `the form of one file a part is read as one shard`() throws {
    try temporaryDirectory { directory in
      try write([[1, 0], [0, 1], [0.6, 0.8]], to: "\(directory)/images.npy")
      try "a\nb\nc\n".write(toFile: "\(directory)/keys.txt", atomically: false, encoding: .utf8)
      try "".write(toFile: "\(directory)/captions.txt", atomically: false, encoding: .utf8)
      let store = try EmbeddingStore(directory)
      #expect(store.count == 3 && store.width == 2 && store.manifest.model == nil)
      #expect(try store.rows(of: .images).array == [1, 0, 0, 1, 0.6, 0.8])
      #expect(try store.keys == ["a", "b", "c"])
      #expect(try store.captions == [])
      #expect(throws: StoredError.nothingStored(what: "texts", path: directory)) { try store.rows(of: .texts) }
    }
  }

  @Test func `every shorter file, and every damaged byte of the header, is refused or says the same`() throws {
    try temporaryDirectory { directory in
      try write([[1, 0], [0, 1], [0.6, 0.8]], to: "\(directory)/images.npy")
      try "a\nb\nc\n".write(toFile: "\(directory)/keys.txt", atomically: false, encoding: .utf8)
      let file = URL(fileURLWithPath: "\(directory)/images.npy")
      let whole = try Data(contentsOf: file)
      for count in 0..<whole.count {
        try whole.prefix(count).write(to: file)
        #expect(throws: StoredError.self) { try EmbeddingStore(directory) }
      }
      for at in 0..<128 {
        var damaged = whole
        damaged[at] ^= 0x15
        try damaged.write(to: file)
        if let store = try? EmbeddingStore(directory) { #expect(try store.rows(of: .images).shape == [3, 2]) }
      }
    }
  }

  @Test func `halves are widened exactly, whatever they are`() throws {
    try temporaryDirectory { directory in
      let patterns = (0..<UInt16.max).map { Float(Float16(bitPattern: $0)) }
      try write([patterns], to: "\(directory)/images.npy", .f16)
      try "a\n".write(toFile: "\(directory)/keys.txt", atomically: false, encoding: .utf8)
      let store = try EmbeddingStore(directory)
      #expect(store.manifest.precision == .f16)
      let found = try store.rows(of: .images).array
      for (found, expected) in zip(found, patterns) where !expected.isNaN {
        #expect(found.bitPattern == expected.bitPattern)
      }
      #expect(zip(found, patterns).allSatisfy { $0.isNaN == $1.isNaN })
    }
  }
}
