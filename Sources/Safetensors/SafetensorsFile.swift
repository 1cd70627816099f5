import Files
import Foundation

/// A safetensors file, mapped into memory and checked as a whole when it is opened, since it may come from anywhere.
///
///     8 bytes n, little-endian   n bytes of JSON   the tensors, row-major, little-endian, in one piece without gaps
///
/// The file must keep its length while it is open: reading a mapped page that was cut off ends the process.
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
  private let data: Data

  /// Opens a file and checks its header against the format and its own length.
  ///
  /// - Throws: the first problem found. Nothing is known of the values themselves, which may be NaN.
  public init(reading path: String) throws(SafetensorsError) {
    self.path = path
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw SafetensorsError(path: path, problem: .cannotRead(reason: readingReason(path, otherwise: "\(error)")))
    }
    do throws(SafetensorsError.Problem) {
      let range = try Self.headerRange(data)
      let header = try HeaderParser([UInt8](data[range]))
      entries = try Self.entries(header.tensors, from: range.upperBound, to: data.count)
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

  /// The tensor's bytes as they lie in the file, for the length of `body`.
  func withBytes<Result>(of entry: Entry, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    data.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[entry.range])) }
  }

  func problem(_ problem: SafetensorsError.Problem) -> SafetensorsError {
    SafetensorsError(path: path, problem: problem)
  }
}

extension SafetensorsFile {
  typealias Problem = SafetensorsError.Problem

  /// The reference reader's bound, so that a hostile length can't make the parser slow.
  static let longestHeader: UInt64 = 100_000_000

  private static func headerRange(_ data: Data) throws(Problem) -> Range<Int> {
    guard data.count >= 8 else { throw .tooShort(bytes: data.count) }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    if length > UInt64(data.count - 8), data.starts(with: "PK".utf8) { throw .archive }
    guard length <= longestHeader || length > UInt64(data.count - 8) else {
      throw .longHeader(claimed: length, limit: longestHeader)
    }
    guard length <= UInt64(data.count - 8) else {
      throw .headerLength(claimed: length, available: data.count - 8)
    }
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
