import Foundation

/// Reads the JSON of a header, and no other JSON: an object of tensors, one of which may be `__metadata__`.
///
/// Foundation's parser keeps one of two equal keys silently and recurses as deep as the input asks; this one reports
/// the first and has a fixed depth.
struct HeaderParser {
  typealias Problem = SafetensorsError.Problem

  struct Tensor {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// Bytes, counted from the end of the header; not yet checked against the file.
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  private var position = 0
  private(set) var tensors: [Tensor] = []
  private(set) var metadata: [String: String] = [:]

  init(_ bytes: [UInt8]) throws(Problem) {
    self.bytes = bytes
    var names: Set<String> = []
    try object { parser, name throws(Problem) in
      guard names.insert(name).inserted else { throw .duplicateName(name) }
      if name == "__metadata__" {
        try parser.readMetadata()
      } else {
        try parser.readTensor(name)
      }
    }
    skipSpace()
    guard position == bytes.count else { throw expected("nothing but spaces after the last }") }
  }

  private mutating func readMetadata() throws(Problem) {
    try object { parser, key throws(Problem) in
      guard parser.metadata.updateValue(try parser.string(), forKey: key) == nil else {
        throw .duplicateName("__metadata__.\(key)")
      }
    }
  }

  private mutating func readTensor(_ name: String) throws(Problem) {
    var (type, shape, offsets): (String?, [Int]?, [Int]?)
    try object { parser, key throws(Problem) in
      switch key {
      case "dtype" where type == nil: type = try parser.string()
      case "shape" where shape == nil: shape = try parser.integers()
      case "data_offsets" where offsets == nil: offsets = try parser.integers()
      default: throw parser.expected("dtype, shape and data_offsets, each once, before")
      }
    }
    guard let type, let shape, let offsets else { throw expected("dtype, shape and data_offsets of \(name) before") }
    guard let known = ElementType(rawValue: type) else { throw .unknownType(name: name, type: type) }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw expected("two ascending data_offsets of \(name) before")
    }
    tensors.append(Tensor(name: name, type: known, shape: shape, range: offsets[0]..<offsets[1]))
  }
}

// The grammar, from the outside in.
extension HeaderParser {
  private mutating func object(
    _ member: (inout HeaderParser, String) throws(Problem) -> Void
  ) throws(Problem) {
    try take("{")
    if taken("}") { return }
    repeat {
      let key = try string()
      try take(":")
      try member(&self, key)
    } while taken(",")
    try take("}")
  }

  private mutating func integers() throws(Problem) -> [Int] {
    try take("[")
    if taken("]") { return [] }
    var values: [Int] = []
    repeat { values.append(try integer()) } while taken(",")
    try take("]")
    return values
  }

  private mutating func integer() throws(Problem) -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { throw expected("an integer, 0 or more, in plain digits") }
    position += digits.count
    return value
  }

  /// Finds where the string ends and leaves its escapes to Foundation.
  private mutating func string() throws(Problem) -> String {
    skipSpace()
    var end = position + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), end < bytes.count,
      let value = try? JSONDecoder().decode(String.self, from: Data(bytes[position...end]))
    else { throw expected("a string") }
    position = end + 1
    return value
  }

  private mutating func take(_ symbol: Unicode.Scalar) throws(Problem) {
    guard taken(symbol) else { throw expected(String(symbol)) }
  }

  private mutating func taken(_ symbol: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func expected(_ what: String) -> Problem { .header(byte: position, expected: what) }
}
