import Files

/// Numbers at places of a file, of which a part is in memory; nil where a place isn't in that part.
struct LittleEndian {
  private let bytes: [UInt8]
  /// Where in the file they begin.
  let start: Int

  init(_ bytes: [UInt8], from start: Int = 0) { (self.bytes, self.start) = (bytes, start) }

  /// What of a range lies in the file; nothing where that can't be read.
  init(_ file: ReadOnlyFile, _ range: Range<Int>) {
    let range = range.clamped(to: 0..<file.size)
    self.init((try? file.read(range)) ?? [], from: range.lowerBound)
  }

  var end: Int { start + bytes.count }

  func u8(_ at: Int) -> UInt8? { number(at) }
  func u16(_ at: Int) -> UInt16? { number(at) }
  func u32(_ at: Int) -> UInt32? { number(at) }
  func u64(_ at: Int) -> UInt64? { number(at) }

  /// UTF-8; nil where it isn't that.
  func text(_ at: Int, _ length: Int) -> String? {
    slice(at, length).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// Where a byte comes next.
  func next(_ byte: UInt8, from at: Int) -> Int? {
    start...end ~= at ? bytes[(at - start)...].firstIndex(of: byte).map { $0 + start } : nil
  }

  func slice(_ at: Int, _ length: Int) -> ArraySlice<UInt8>? {
    guard at >= start, at <= end, length >= 0, length <= end - at else { return nil }
    return bytes[at - start..<at - start + length]
  }

  private func number<Value: FixedWidthInteger>(_ at: Int) -> Value? {
    slice(at, MemoryLayout<Value>.size)?.reversed().reduce(0) { $0 << 8 | Value($1) }
  }
}
