import Foundation

extension Communicator {
  /// Gives every worker the values of all, in rank order, whatever their size.
  ///
  /// - Throws: `CommunicationError`, or why a value can't be encoded as JSON.
  package func gathered<Value: Codable>(values mine: Value) throws -> [Value] {
    if size == 1 { return [mine] }
    let bytes = Array(try JSONEncoder().encode(mine))
    let counts = try gathered([Double(bytes.count)]).map { Int($0) }
    return try counts.indices.map { worker in
      if worker == rank {
        _ = try broadcast(bytes: bytes, count: bytes.count, from: worker)
        return mine
      }
      let theirs = try broadcast(bytes: [], count: counts[worker], from: worker)
      return try JSONDecoder().decode(Value.self, from: Data(theirs))
    }
  }

  /// Gives every worker the value of worker 0.
  ///
  /// - Parameter mine: looked at on worker 0 alone.
  package func shared<Value: Codable>(_ mine: Value) throws -> Value {
    if size == 1 { return mine }
    let bytes = rank == 0 ? Array(try JSONEncoder().encode(mine)) : []
    let count = Int(try gathered([Double(bytes.count)])[0])
    let theirs = try broadcast(bytes: bytes, count: count, from: 0)
    return rank == 0 ? mine : try JSONDecoder().decode(Value.self, from: Data(theirs))
  }

  /// Sends bytes, four in a float, a MiB at a time.
  private func broadcast(bytes: [UInt8], count: Int, from root: Int) throws(CommunicationError) -> [UInt8] {
    var all: [UInt8] = []
    for start in stride(from: 0, to: count, by: 1 << 20) {
      let length = min(count - start, 1 << 20)
      var words = [Float](repeating: 0, count: (length + 3) / 4)
      if rank == root {
        words.withUnsafeMutableBytes { $0.copyBytes(from: bytes[start..<start + length]) }
      }
      try words.withUnsafeMutableBufferPointer { words throws(CommunicationError) in
        try broadcast(words, from: root)
      }
      if rank != root { words.withUnsafeBytes { all += $0.prefix(length) } }
    }
    return all
  }
}
