import Files
import Foundation

/// Classes as a vocabulary: a class's name is one token, its number; other texts are none.
public struct ClassTokenizer: CaptionTokenizer {
  public let names: [String]
  private let numbers: [String: Int32]

  /// The token of a text that is no class's name: no model has it.
  public static let unknown: Int32 = -1

  /// - Parameter names: of two classes with one name the first is meant.
  public init(_ names: [String]) {
    self.names = names
    numbers = Dictionary(names.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
  }

  /// The form that `diagonal eval zero-shot --classes` reads.
  private struct List: Encodable {
    var label: String?
    let classes: [String]
  }

  public var vocabularySize: Int { names.count }
  public var lastToken: Int32 { Int32(names.count - 1) }
  public var paddingToken: Int32 { 0 }
  public var definition: [UInt8] { Array(names.map { "\($0.utf8.count):\($0)" }.joined().utf8) }
  public var options: TokenizerOptions { TokenizerOptions() }

  public func with(_ options: TokenizerOptions) -> ClassTokenizer { self }

  public func encode(_ text: String) -> [Int32] { numbers[text].map { [$0] } ?? [] }

  public func tokens(_ text: String, contextLength: Int) -> [Int32] {
    let own = Array((encode(text) + [Self.unknown]).prefix(1))
    return own + Array(repeating: paddingToken, count: contextLength - 1)
  }

  public func decode(_ ids: [Int32]) -> String {
    ids.compactMap { names.indices.contains(Int($0)) ? names[Int($0)] : nil }.joined(separator: " ")
  }

  /// Writes the list for people and for `--classes`; a model directory's own is in its configuration.
  public func write(into directory: String) throws(TokenizerError) {
    let path = directory + "/" + TokenizerFiles.classes
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
    do {
      try encoder.encode(List(classes: names)).write(to: URL(fileURLWithPath: path))
    } catch { throw .unwritable(path: path) }
  }
}
