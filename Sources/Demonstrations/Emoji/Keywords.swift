import Foundation
import FoundationXML

/// CLDR's English keywords of each emoji, by its bare code points. The newest emoji may have none.
enum Keywords {
  /// - Parameter directory: CLDR's `common`, which holds `annotations` and `annotationsDerived`.
  static func read(_ directory: String) throws(EmojiError) -> [[Unicode.Scalar]: [String]] {
    var keywords: [[Unicode.Scalar]: [String]] = [:]
    for folder in ["annotations", "annotationsDerived"] {
      let path = "\(directory)/\(folder)/en.xml"
      guard let data = FileManager.default.contents(atPath: path) else {
        throw .missing(path: path, package: "unicode-cldr-core")
      }
      let reader = AnnotationReader()
      let parser = XMLParser(data: data)
      parser.delegate = reader
      guard parser.parse() else { throw .annotations(path: path) }
      keywords.merge(reader.keywords) { first, _ in first }
    }
    return keywords
  }
}

/// `<annotation cp="🍎">apple | fruit | red</annotation>`; those with `type="tts"` are names, which the list has too.
private final class AnnotationReader: NSObject, XMLParserDelegate {
  var keywords: [[Unicode.Scalar]: [String]] = [:]
  private var emoji: String?
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    emoji = element == "annotation" && attributes["type"] == nil ? attributes["cp"] : nil
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let emoji else { return }
    let words = text.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    keywords[Array(emoji.unicodeScalars)] = words.filter { !$0.isEmpty }
    self.emoji = nil
  }
}
