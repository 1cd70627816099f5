import Files

/// Single rows of a part, read when asked for, from any thread.
package struct StoredRowReader: Sendable {
  /// Opened for a row and closed again: there may be more than a process may have open.
  private let paths: [String]
  private let headers: [NpyHeader]
  /// The first row of each file.
  private let starts: [Int]

  package init(_ store: EmbeddingStore, _ part: StoredPart) throws {
    // Checks them.
    let shards = try store.shards(part)
    paths = shards.map(\.path)
    headers = shards.map(\.header)
    var (starts, count) = ([Int](), 0)
    for shard in shards {
      starts.append(count)
      count += shard.count
    }
    self.starts = starts
  }

  /// A row as it is stored, widened to f32.
  package func row(_ number: Int) throws -> [Float] {
    let file = (starts.firstIndex { $0 > number } ?? starts.count) - 1
    let header = headers[file]
    let size = header.width * header.precision.size
    let start = header.end + (number - starts[file]) * size
    let bytes = try ReadOnlyFile(paths[file]).read(start..<start + size)
    return bytes.withUnsafeBytes { bytes in
      (0..<header.width).map { i in
        switch header.precision {
        case .f32: Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
        case .f16:
          Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))))
        }
      }
    }
  }
}
