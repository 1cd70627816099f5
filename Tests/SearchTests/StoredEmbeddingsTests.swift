import Engine
import Evaluation
import Foundation
import Search
import Stored
import Testing

/// Embeddings of three pairs in a directory of their own.
private struct Stored {
  let path: String

  init(images: [[Float]]? = [[1, 0], [0, 1], [0.6, 0.8]], keys: String = "a\nb\nc\n") throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("diagonal-search-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    if let images {
      let writer = try NpyWriter("\(path)/images.npy", width: images[0].count)
      try writer.append(Tensor(shape: [images.count, images[0].count], images.flatMap { $0 }))
      try writer.close()
    }
    try keys.write(toFile: "\(path)/keys.txt", atomically: false, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

private func row(_ numbers: [Float]) -> Tensor { Tensor(shape: [1, numbers.count], numbers) }

@Suite struct StoredEmbeddingsTests {
  @Test func `the nearest come first, nearer to what is wanted and away from what isn't`() throws {
    let made = try Stored()
    defer { made.remove() }
    let stored = try StoredEmbeddings(made.path)
    let plain = try SearchQuery("x", more: row([1, 0]))
    #expect(try stored.search([plain], over: .images, best: 2)[0].map(\.key) == ["a", "c"])
    #expect(try stored.search([plain], over: .images, best: 2)[0].map(\.score) == [1, 0.6])
    let away = try SearchQuery("x", more: row([0.6, 0.8]), less: row([1, 0]), weight: 1)
    #expect(try stored.search([away], over: .images, best: 3)[0].map(\.key) == ["b", "c", "a"])
    #expect(throws: SearchError.noDirection) { try SearchQuery("x", more: row([1, 0]), less: row([1, 0]), weight: 1) }
  }

  @Test func `a key is found, one that isn't there is named with its nearest`() throws {
    let made = try Stored(keys: "apple\nbanana\npear\n")
    defer { made.remove() }
    let stored = try StoredEmbeddings(made.path)
    #expect(try stored.row(of: "pear") == 2)
    #expect(throws: SearchError.noSuchKey("Ban", path: made.path, nearest: "banana")) { try stored.row(of: "Ban") }
  }

  @Test func `a directory that isn't whole is refused by file`() throws {
    let none = try Stored(images: nil)
    defer { none.remove() }
    #expect(throws: SearchError.notEmbeddings(path: none.path)) { try StoredEmbeddings(none.path) }
    let short = try Stored(keys: "a\nb\n")
    defer { short.remove() }
    #expect(throws: SearchError.lines(path: "\(short.path)/keys.txt", found: 2, rows: 3)) {
      try StoredEmbeddings(short.path)
    }
    let good = try Stored()
    defer { good.remove() }
    let file = URL(fileURLWithPath: "\(good.path)/images.npy")
    let whole = try Data(contentsOf: file)
    #expect(throws: SearchError.nothingStored(what: "texts", path: good.path)) {
      try StoredEmbeddings(good.path).rows(of: .texts)
    }
    // Every shorter file, and every damaged byte of the header, is refused or says the same.
    for count in 0..<whole.count {
      try whole.prefix(count).write(to: file)
      #expect(throws: SearchError.self) { try StoredEmbeddings(good.path) }
    }
    for at in 0..<128 {
      var damaged = whole
      damaged[at] ^= 0x15
      try damaged.write(to: file)
      if let stored = try? StoredEmbeddings(good.path) { #expect(try stored.rows(of: .images).shape == [3, 2]) }
    }
  }
}
