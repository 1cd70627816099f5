import Files

/// A safetensors file, whose header is checked as a whole when it is opened, since it may come from anywhere.
///
///     8 bytes n, little-endian   n bytes of JSON   the tensors, row-major, little-endian, in one piece without gaps
///
/// Values are read when they are asked for: from the file that was opened, whatever the path leads to by then.
///
/// - Source: https://github.com/huggingface/safetensors#format
public struct SafetensorsFile: TensorSource {
  /// What the header says of a tensor.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let type: ElementType
    /// Empty for a scalar.
    public let shape: [Int]
    /// Where the values lie in the file, in bytes.
    public let range: Range<Int>

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    package init(name: String, type: ElementType, shape: [Int], range: Range<Int>) {
      (self.name, self.type, self.shape, self.range) = (name, type, shape, range)
    }
  }

  /// The path that it was opened by.
  public let path: String
  /// All tensors by name.
  public let entries: [String: Entry]
  /// The header's `__metadata__`; empty if it has none.
  public let metadata: [String: String]
  private let file: ReadOnlyFile

  /// Opens a file and checks its header against the format and its own length.
  ///
  /// - Throws: the first problem found. Nothing is known of the values themselves, which may be NaN.
  public init(reading path: String) throws(SafetensorsError) {
    self.path = path
    do {
      file = try ReadOnlyFile(path)
    } catch {
      throw SafetensorsError(path: path, problem: .cannotRead(reason: error.reason))
    }
    do throws(SafetensorsError.Problem) {
      let range = try Self.headerRange(file)
      let header = try HeaderParser(try Self.bytes(of: file, range))
      entries = try Self.entries(header.tensors, from: range.upperBound, to: file.size)
      metadata = header.metadata
    } catch {
      throw SafetensorsError(path: path, problem: error)
    }
  }

  /// The tensor's place, type and shape; throws where the file has none of this name.
  public func entry(_ name: String) throws(SafetensorsError) -> Entry {
    guard let entry = entries[name] else { throw problem(.missing(name: name)) }
    return entry
  }

  /// Bytes of the file, `range` of which lies in it.
  func bytes(_ range: Range<Int>) throws(SafetensorsError) -> [UInt8] {
    do { return try Self.bytes(of: file, range) } catch { throw problem(error) }
  }

  /// Fills a buffer with the file's bytes from `start` on.
  func read(from start: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SafetensorsError) {
    do { try file.read(from: start, into: buffer) } catch { throw problem(.cannotRead(reason: error.reason)) }
  }

  func problem(_ problem: SafetensorsError.Problem) -> SafetensorsError {
    SafetensorsError(path: path, problem: problem)
  }
}

extension SafetensorsFile {
  typealias Problem = SafetensorsError.Problem

  /// The reference reader's bound, so that a hostile length can't make the parser slow.
  static let longestHeader: UInt64 = 100_000_000

  private static func bytes(of file: ReadOnlyFile, _ range: Range<Int>) throws(Problem) -> [UInt8] {
    do { return try file.read(range) } catch { throw .cannotRead(reason: error.reason) }
  }

  private static func headerRange(_ file: ReadOnlyFile) throws(Problem) -> Range<Int> {
    guard file.size >= 8 else { throw .tooShort(bytes: file.size) }
    let first = try bytes(of: file, 0..<8)
    let (length, available) = (first.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, UInt64(file.size - 8))
    if length > available, first.starts(with: "PK".utf8) { throw .archive }
    guard length <= available else { throw .headerLength(claimed: length, available: file.size - 8) }
    guard length <= longestHeader else { throw .longHeader(claimed: length, limit: longestHeader) }
    return 8..<8 + Int(length)
  }

  /// Checks that the tensors fill `start..<end` of the file exactly, in any order.
  private static func entries(
    _ tensors: [HeaderParser.Tensor], from start: Int, to end: Int
  ) throws(Problem) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    var filled = 0
    func ends(_ tensor: HeaderParser.Tensor) -> (Int, Int) { (tensor.range.lowerBound, tensor.range.upperBound) }
    for tensor in tensors.sorted(by: { ends($0) < ends($1) }) {
      try check(tensor, available: end - start)
      guard tensor.range.lowerBound >= filled else {
        throw .overlap(name: tensor.name, begins: tensor.range.lowerBound, previousEnds: filled)
      }
      guard tensor.range.lowerBound == filled else { throw .gap(byte: filled, next: tensor.range.lowerBound) }
      filled = tensor.range.upperBound
      entries[tensor.name] = Entry(
        name: tensor.name, type: tensor.type, shape: tensor.shape,
        range: start + tensor.range.lowerBound..<start + tensor.range.upperBound)
    }
    guard filled == end - start else { throw .gap(byte: filled, next: end - start) }
    return entries
  }

  private static func check(_ tensor: HeaderParser.Tensor, available: Int) throws(Problem) {
    guard tensor.range.upperBound <= available else {
      throw .outside(name: tensor.name, range: tensor.range, available: available)
    }
    var bytes = tensor.type.size
    for side in tensor.shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: side)
      guard !overflow else { throw .tooLarge(name: tensor.name, shape: tensor.shape) }
      bytes = product
    }
    guard bytes == tensor.range.count else {
      throw .size(name: tensor.name, bytes: tensor.range.count, expected: bytes)
    }
  }
}
