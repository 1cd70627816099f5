/// What was wrong with a safetensors file, and with which.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// What was wrong, in words that go on after the file's path.
  public enum Problem: Error, Equatable {
    case cannotRead(reason: String)
    case cannotWrite(reason: String)
    case tooShort(bytes: Int)
    /// A zip archive, as PyTorch's own files are.
    case archive
    case longHeader(claimed: UInt64, limit: UInt64)
    case headerLength(claimed: UInt64, available: Int)
    case header(byte: Int, expected: String)
    case duplicateName(String)
    case unknownType(name: String, type: String)
    case tooLarge(name: String, shape: [Int])
    case size(name: String, bytes: Int, expected: Int)
    case outside(name: String, range: Range<Int>, available: Int)
    case overlap(name: String, begins: Int, previousEnds: Int)
    case gap(byte: Int, next: Int)
    case missing(name: String)
    case type(name: String, found: ElementType, expected: String)
    case count(name: String, found: Int, expected: Int)
    case index(reason: String)
    case notInIndex(name: String)
  }

  /// The path of the file.
  public let path: String
  public let problem: Problem

  package init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}

extension SafetensorsError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let reason): "cannot be read: \(reason)"
    case .cannotWrite(let reason): "cannot be written: \(reason)"
    case .tooShort(let bytes): "is no safetensors file: it has \(bytes) bytes, and the length of the header takes 8"
    case .archive: "is a zip archive, as PyTorch's own files are, and no safetensors file"
    case .longHeader(let claimed, let limit):
      "has a header of \(claimed) bytes; at most \(limit) are read, as by the reference reader"
    case .headerLength(let claimed, let available):
      "claims a header of \(claimed) bytes, but \(available) follow; is the file complete, and a safetensors file?"
    case .header(let byte, let expected): "has a damaged header: expected \(expected) at its byte \(byte)"
    case .duplicateName(let name): "names \(name) twice"
    case .unknownType(let name, let type): "gives \(name) the type \(type), which is not known here"
    case .tooLarge(let name, let shape): "gives \(name) the shape \(shape), more than any memory holds"
    case .size(let name, let bytes, let expected):
      "has \(bytes) bytes for \(name), whose shape and type take \(expected)"
    case .outside(let name, let range, let available):
      "puts \(name) at bytes \(range) of \(available); is the file complete?"
    case .overlap(let name, let begins, let previousEnds):
      "lets \(name) begin at byte \(begins), inside of a tensor that ends at \(previousEnds)"
    case .gap(let byte, let next): "has no tensor between bytes \(byte) and \(next) of its data"
    case .missing(let name): "has no tensor \(name)"
    case .type(let name, let found, let expected): "holds \(name) as \(found.rawValue), expected \(expected)"
    case .count(let name, let found, let expected): "holds \(found) elements of \(name), expected \(expected)"
    case .index(let reason): "is no index of safetensors files: \(reason)"
    case .notInIndex(let name): "holds \(name), which the index beside it puts elsewhere or doesn't list"
    }
  }
}
