import DataSets
import Files
import Foundation
import Pairs
import TestSupport
import Testing

func text(_ string: String) -> [UInt8] { Array(string.utf8) }

/// A picture of its own looks: stripes whose width and place the number tells.
func picture(_ number: Int, width: Int = 40, height: Int = 30) -> Picture {
  let pixels = (0..<width * height).flatMap { at -> [UInt8] in
    let (x, y) = (at % width, at / width)
    let value = UInt8((x * (3 + number % 7) + y * (5 + number % 11) + number * 37) % 256)
    return [value, UInt8((x * 13 * (number + 1)) % 256), UInt8((y * 17 * (number + 2)) % 256)]
  }
  return Picture(width: width, height: height, pixels: pixels)
}

func png(_ number: Int, width: Int = 40, height: Int = 30) throws -> [UInt8] {
  try picture(number, width: width, height: height).encoded(as: ".png")
}

func writeFile(_ path: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

func writeTar(_ path: String, _ members: [(String, [UInt8])]) throws {
  let tar = try TarWriter(path)
  for (name, bytes) in members { try tar.add(name, bytes) }
  try tar.close()
}

/// Every file of a directory, by name.
func contents(_ directory: String) throws -> [String: Data] {
  let names = try FileManager.default.contentsOfDirectory(atPath: directory)
  return try Dictionary(
    uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)"))) })
}

extension Packer {
  /// Opens and packs.
  func pack(_ sources: [String], _ options: ReadingOptions = ReadingOptions()) throws -> PackSummary {
    try run(try openPairs(sources, try reading(options)))
  }
}
