/// Bytes by position.
protocol PositionedBytes {
  func read(_ range: Range<Int>) throws(ShardError) -> [UInt8]
}

extension DataSetFile: PositionedBytes {}

/// A file that is read forward in small pieces: with each comes what lies behind it.
final class ReadAhead: PositionedBytes {
  private static let windowBytes = 16 << 10

  private let file: DataSetFile
  private var window: [UInt8] = []
  private var start = 0

  var path: String { file.path }
  var size: Int { file.size }

  init(_ file: DataSetFile) { self.file = file }

  func read(_ range: Range<Int>) throws(ShardError) -> [UInt8] {
    if range.lowerBound < start || range.upperBound > start + window.count {
      guard range.count < Self.windowBytes, range.upperBound <= file.size else { return try file.read(range) }
      window = try file.read(range.lowerBound..<min(file.size, range.lowerBound + Self.windowBytes))
      start = range.lowerBound
    }
    return Array(window[(range.lowerBound - start)..<(range.upperBound - start)])
  }
}
