import DataSets
import Files
import Foundation
import Pairs
import TestSupport
import Testing

func text(_ string: String) -> [UInt8] { Array(string.utf8) }

/// A picture of its own looks, which resizing leaves: waves whose lengths and phases the number tells.
func picture(_ number: Int, width: Int = 40, height: Int = 30) -> Picture {
  func wave(_ at: Double) -> UInt8 { UInt8(128 + 120 * sin(2 * Double.pi * at)) }
  let pixels = (0..<width * height).flatMap { at -> [UInt8] in
    let (x, y) = (Double(at % width) / Double(width), Double(at / width) / Double(height))
    let phase = Double(number) / 7
    return [
      wave(Double(1 + number % 3) * x + Double(number % 4) * y + phase), wave(x + phase),
      wave(Double(1 + number % 2) * y + phase),
    ]
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
    try run(try openPairs(sources, try reading(sources, options)))
  }
}
