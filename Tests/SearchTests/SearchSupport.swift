import Engine
import Foundation
import Search
import Stored

/// Embeddings in a directory of their own.
struct MadeStore {
  let path: String

  init(images: [[Float]]? = nil, texts: [[Float]]? = nil, keys: [String], captions: [String]? = nil) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("diagonal-search-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    for (name, rows) in [("images", images), ("texts", texts)] {
      guard let rows else { continue }
      let writer = try NpyWriter("\(path)/\(name).npy", width: rows[0].count)
      try writer.append(Tensor(shape: [rows.count, rows[0].count], rows.flatMap { $0 }))
      try writer.close()
    }
    for (name, lines) in [("keys", keys), ("captions", captions)] {
      guard let lines else { continue }
      let text = lines.map { $0 + "\n" }.joined()
      try text.write(toFile: "\(path)/\(name).txt", atomically: false, encoding: .utf8)
    }
  }

  func rows(_ part: StoredPart = .images) throws -> StoredRows { try StoredRows(try EmbeddingStore(path), part) }
  func file(_ name: String) -> String { "\(path)/\(name)" }
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

func row(_ numbers: [Float]) -> Tensor { Tensor(shape: [1, numbers.count], numbers) }

/// Unit rows in clusters: each of some centres with small steps in a few directions, as embeddings lie.
func clusteredRows(_ count: Int, width: Int = 32) -> [[Float]] {
  var state: UInt64 = 11
  func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
  }
  let centres = (0..<20).map { _ in (0..<width).map { _ in next() } }
  return (0..<count).map { number in
    let x = centres[number % 20].map { $0 + 0.3 * next() }
    let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return x.map { $0 / length }
  }
}
