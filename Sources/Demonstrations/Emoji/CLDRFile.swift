import Foundation
import FoundationXML

/// A file of CLDR's XML, as the elements of one name with their attributes and texts.
enum CLDRFile {
  struct Element {
    let attributes: [String: String]
    let text: String
  }

  /// What a value is where a language takes it from another.
  private static let inherited = "↑↑↑"

  static func elements(_ name: String, of path: String) throws(EmojiError) -> [Element] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .missing(path: path, package: "unicode-cldr-core")
    }
    let reader = ElementReader(name)
    let parser = XMLParser(data: data)
    parser.delegate = reader
    guard parser.parse() else { throw .annotations(path: path) }
    return reader.elements.filter { $0.text != inherited }
  }
}

private final class ElementReader: NSObject, XMLParserDelegate {
  private(set) var elements: [CLDRFile.Element] = []
  private let name: String
  private var open: [String: String]?
  private var text = ""

  init(_ name: String) { self.name = name }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open = element == name ? attributes : nil
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let attributes = open else { return }
    elements.append(.init(attributes: attributes, text: text))
    open = nil
  }
}
