import Foundation

/// What is wrong with a text that doesn't decode, in parts of which its reader makes a sentence.
package enum DecodingProblem {
  /// The field's path: `wire.bytes_per_second`.
  case missing(field: String)
  /// Null where a value is needed, or a value of another type; `words` are the decoder's own.
  case wrong(field: String, words: String)
  /// No JSON, or values that its reader refuses.
  case malformed(words: String)
  case other(words: String)

  package init(_ error: any Error) {
    func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    self =
      switch error {
      case DecodingError.keyNotFound(let key, let context): .missing(field: place(context.codingPath + [key]))
      case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
        .wrong(field: place(context.codingPath), words: context.debugDescription)
      case DecodingError.dataCorrupted(let context): .malformed(words: context.debugDescription)
      default: .other(words: (error as NSError).localizedDescription)
      }
  }
}
