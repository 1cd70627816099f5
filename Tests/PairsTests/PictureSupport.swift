import Foundation
import Pairs
import Testing

/// What Tests/Golden/resize.py wrote.
let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Golden/pictures")

func goldenFile(_ name: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: goldens.appendingPathComponent(name)))
}

func golden(_ name: String, _ width: Int, _ height: Int) throws -> Picture {
  Picture(width: width, height: height, pixels: try goldenFile("\(name).\(width)x\(height).rgb"))
}

func largestDifference(_ a: Picture, _ b: Picture) -> Int {
  guard a.width == b.width, a.height == b.height else { return .max }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// A file of one colour, which a test can tell from others.
func colorFile(_ color: Int, side: Int = 12) throws -> [UInt8] {
  let pixel = [UInt8(color & 255), UInt8(color * 7 & 255), UInt8(color * 31 & 255)]
  let pixels = Array(repeating: pixel, count: side * side).flatMap { $0 }
  return try Picture(width: side, height: side, pixels: pixels).encoded(as: ".png")
}

/// An empty folder that is removed with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("pairs-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and the folders above it.
  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  /// Writes a tar and returns its path.
  func tar(_ name: String, _ members: [(String, [UInt8])]) throws -> String {
    let writer = try TarWriter("\(path)/\(name)")
    for (name, bytes) in members { try writer.add(name, bytes) }
    try writer.close()
    return "\(path)/\(name)"
  }
}

/// A source whose files stay while it is used.
struct HeldPairs: PairSource {
  let source: any PairSource
  let folder: TemporaryFolder

  var count: Int { source.count }
  var skipped: [SkippedSample] { source.skipped }
  func pair(at index: Int) throws -> Pair { try source.pair(at: index) }
  func pairWithoutImage(at index: Int) throws -> Pair { try source.pairWithoutImage(at: index) }
  func location(of index: Int) -> PairLocation { source.location(of: index) }
}
