import Files
import Foundation

/// JSON of other tools, decoded: with a byte-order mark or without, and with what Python adds to JSON (NaN, Infinity).
func decodedJSON<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(Flaw) -> Value {
  do { return try strictJSON(type, bytes) } catch {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    guard let text = try? decodedText(bytes, as: nil), let value = try? decoder.decode(type, from: Data(text.utf8))
    else {
      throw error
    }
    return value
  }
}

/// JSON as its standard has it.
func strictJSON<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(Flaw) -> Value {
  let text: String
  do { text = try decodedText(bytes, as: nil) } catch { throw .json(problem: "\(error)") }
  if hasTrailingComma(text) { throw .json(problem: "a comma has nothing behind it") }
  do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
    throw .json(problem: syntaxProblem(text) ?? words(of: error))
  }
}

/// Whether Python's reader takes the bytes for JSON: the standard's, or with NaN and Infinity.
package func isPythonJSON(_ bytes: [UInt8]) -> Bool {
  struct Anything: Decodable { init(from decoder: any Decoder) {} }
  func isStrict(_ bytes: [UInt8]) -> Bool { (try? strictJSON(Anything.self, bytes)) != nil }
  guard !isStrict(bytes) else { return true }
  guard let text = try? decodedText(bytes, as: nil) else { return false }
  return isStrict(Array(text.replacing(/-?\b(?:NaN|Infinity)\b/, with: "null").utf8))
}

/// Whether a comma stands before the end of an object or a list, which Foundation lets pass.
private func hasTrailingComma(_ text: String) -> Bool {
  var (isQuoted, isEscaped, last) = (false, false, UInt8(0))
  for byte in text.utf8 {
    if isQuoted {
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted = false }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    } else if byte == UInt8(ascii: "\"") {
      (isQuoted, last) = (true, byte)
    } else if !byte.isBlank {
      if last == UInt8(ascii: ","), byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { return true }
      last = byte
    }
  }
  return false
}

/// Where a text stops being JSON, which the decoder doesn't tell; nil where it is JSON.
private func syntaxProblem(_ text: String) -> String? {
  do {
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    return nil
  } catch {
    let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
    return "it isn't JSON"
      + (words.map { ": " + $0.prefix(1).lowercased() + $0.dropFirst().trimmingCharacters(in: ["."]) } ?? "")
  }
}

private func words(of error: any Error) -> String {
  switch DecodingProblem(error) {
  case .wrong(let field, let words): field.isEmpty ? words : "\(field): \(words)"
  case .malformed(let words): words
  case .missing, .other: String(describing: error)
  }
}

/// The label in a field of a JSON object: one text, or a whole number. Nil where it holds neither, or the JSON no object.
func labelText(of field: String, _ json: [UInt8]) -> String? {
  guard let fields = try? decodedJSON(JSONFields.self, json) else { return nil }
  return trimmedLabel(fields.label(field))
}

/// The texts in a JSON object's fields.
///
/// A field holds a text, or a list of texts, or of objects with a caption each; what else it holds is no text.
struct JSONFields: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Texts: Decodable {
    var texts: [String] = []

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        texts = [text]
      } else if var list = try? decoder.unkeyedContainer() {
        while !list.isAtEnd { texts += try list.decode(Texts.self).texts }
      } else if let object = JSONFields(objectOf: decoder) {
        texts = CaptionNames.all.lazy.map(object.texts).first { !$0.isEmpty } ?? []
      }
    }
  }

  private let container: KeyedDecodingContainer<Name>?
  /// Of a list in an object's place.
  let items: [String]

  init(from decoder: any Decoder) throws {
    container = try? decoder.container(keyedBy: Name.self)
    items = container == nil ? try Texts(from: decoder).texts : []
  }

  /// Nil where there is no object.
  private init?(objectOf decoder: any Decoder) {
    guard let object = try? decoder.container(keyedBy: Name.self) else { return nil }
    (container, items) = (object, [])
  }

  /// The texts of a field; of one in other cases (`TEXT`) where none is called exactly so.
  func texts(_ name: String) -> [String] {
    guard let container else { return [] }
    if let found = texts(container, Name(stringValue: name)) { return found }
    let other = container.allKeys.filter { $0.stringValue.lowercased() == name.lowercased() }
    return other.count == 1 ? texts(container, other[0]) ?? [] : []
  }

  /// The only text of a field, or its whole number.
  func label(_ name: String) -> String? {
    let texts = texts(name)
    guard texts.isEmpty else { return texts.count == 1 ? texts[0] : nil }
    return (try? container?.decode(Int.self, forKey: Name(stringValue: name))).map(String.init)
  }

  private func texts(_ container: KeyedDecodingContainer<Name>, _ name: Name) -> [String]? {
    guard container.contains(name) else { return nil }
    return (try? container.decode(Texts.self, forKey: name).texts) ?? []
  }
}
