extension Communicator {
  /// Gives every worker the text of `root`. Its bytes travel as floats, which hold them exactly.
  ///
  /// - Parameter text: UTF-8 of fewer than 2²⁴ bytes; looked at on `root` alone.
  public func broadcast(_ text: String, from root: Int) throws(CommunicationError) -> String {
    var count = [Float(text.utf8.count)]
    try send(&count, from: root)
    precondition(text.utf8.count < 1 << 24, "broadcast: a text of \(text.utf8.count) bytes")
    var bytes = rank == root ? text.utf8.map(Float.init) : [Float](repeating: 0, count: Int(count[0]))
    try send(&bytes, from: root)
    return String(decoding: bytes.map { UInt8($0) }, as: UTF8.self)
  }

  /// Gives every worker the values of all, as `allGather` does for buffers.
  ///
  /// - Parameter mine: `[n]`, the same n on every worker.
  /// - Returns: `[size · n]`, in rank order.
  public func gathered(_ mine: [Float]) throws(CommunicationError) -> [Float] {
    var all = [Float](repeating: 0, count: size * mine.count)
    try mine.withUnsafeBufferPointer { mine throws(CommunicationError) in
      try all.withUnsafeMutableBufferPointer { all throws(CommunicationError) in try allGather(mine, into: all) }
    }
    return all
  }

  /// Gives every worker the doubles of all, bit for bit: each travels as the two halves of its bits.
  ///
  /// - Parameter mine: `[n]`, the same n on every worker.
  /// - Returns: `[size · n]`, in rank order.
  public func gathered(_ mine: [Double]) throws(CommunicationError) -> [Double] {
    let words = try gathered(
      mine.flatMap { [UInt32(truncatingIfNeeded: $0.bitPattern), UInt32($0.bitPattern >> 32)] }
        .map(Float.init(bitPattern:)))
    return (0..<words.count / 2).map {
      Double(bitPattern: UInt64(words[2 * $0].bitPattern) | UInt64(words[2 * $0 + 1].bitPattern) << 32)
    }
  }

  /// Gives every worker the texts of all, in rank order.
  ///
  /// - Parameter mine: UTF-8 of fewer than 2²⁴ bytes.
  public func gathered(_ mine: String) throws(CommunicationError) -> [String] {
    let counts = try gathered([Float(mine.utf8.count)]).map { Int($0) }
    let longest = counts.max() ?? 0
    precondition(longest < 1 << 24, "gathered: a text of \(longest) bytes")
    let padding = [Float](repeating: 0, count: longest - mine.utf8.count)
    let all = try gathered(mine.utf8.map(Float.init) + padding)
    return counts.indices.map { worker in
      String(decoding: all[worker * longest..<worker * longest + counts[worker]].map { UInt8($0) }, as: UTF8.self)
    }
  }

  /// The sum of a value over all workers, added in rank order.
  public func sum(_ value: Float) throws(CommunicationError) -> Float { try gathered([value]).reduce(0, +) }

  private func send(_ values: inout [Float], from root: Int) throws(CommunicationError) {
    try values.withUnsafeMutableBufferPointer { values throws(CommunicationError) in
      try broadcast(values, from: root)
    }
  }
}
