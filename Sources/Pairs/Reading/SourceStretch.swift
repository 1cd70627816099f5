import Files

/// Pairs that follow one another in one file of a source.
package struct SourceStretch: Sendable, Equatable {
  /// The base name of the shard, table or folder.
  package let name: String
  /// In the source.
  package let range: Range<Int>
  /// The first pair's number within the file.
  package let first: Int
}

extension PairSource {
  /// The whole source in stretches of at most so many pairs, in its order.
  package func stretches(ofAtMost pairs: Int) -> [SourceStretch] {
    precondition(pairs > 0, "stretches: of \(pairs) pairs")
    return shardRanges.flatMap { file in
      stride(from: file.lowerBound, to: file.upperBound, by: pairs).map { start in
        SourceStretch(
          name: lastComponent(location(of: start).file), range: start..<min(start + pairs, file.upperBound),
          first: start - file.lowerBound)
      }
    }
  }
}
