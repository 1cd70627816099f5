import CLIP
import Evaluation
import Foundation
import Pairs
import TestSupport

/// Writes a file and returns its path.
func writeText(_ text: String, to path: String) throws -> String {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  return path
}

/// A model directory with random weights and a tokenizer of bytes, and a tar of small pictures.
struct TinyWorld {
  let model: String
  let data: String

  static let colors = ["red", "green", "blue", "white", "black"]
  private static let pixels: [[UInt8]] = [[230, 20, 10], [10, 200, 40], [5, 30, 220], [255, 255, 255], [0, 0, 0]]

  /// Picture i has colour i mod 5: its first caption and its label “color”. Picture `broken` is a text.
  init(in directory: String, pictures: Int, broken: Int? = nil) throws {
    (model, data) = ("\(directory)/model", "\(directory)/data.tar")
    try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
    let configuration = try ModelConfiguration(path: Golden.path("tiny_clip.json"))
    try ModelDirectory(model).save(CLIPModel(configuration, seed: 7))
    try Tokenizer(merges: []).write(to: ModelDirectory(model).tokenizerPath)
    let tar = try TarWriter(data)
    for i in 0..<pictures {
      let color = Self.colors[i % 5]
      try tar.add("k\(i).png", i == broken ? Array("no picture".utf8) : try Self.file(i))
      try tar.add(
        "k\(i).json", Array(#"{"captions": ["\#(color)", "number \#(i)"], "color": "\#(color)", "n": \#(i)}"#.utf8))
    }
    try tar.close()
  }

  /// The picture file of number i: a colour with a dot whose place is i's.
  static func file(_ i: Int) throws -> [UInt8] {
    let side = 32
    var bytes = (0..<side * side).flatMap { _ in pixels[i % 5] }
    for at in 0..<40 { bytes[(i * 97 + at) % bytes.count] ^= 0x55 }
    return try Picture(width: side, height: side, pixels: bytes).encoded(as: ".png")
  }
}
