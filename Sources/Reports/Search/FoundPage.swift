import Files
import Foundation
import Pairs

/// What a search found, as one HTML file that needs nothing else: for each query the pictures and captions, with their cosines.
public struct FoundPage {
  /// A row that was found.
  public struct Hit {
    public let key: String
    public let caption: String?
    public let cosine: Float
    /// The key's bytes: to Swift two spellings of one letter are equal.
    var name: [UInt8] { Array(key.utf8) }

    public init(key: String, caption: String?, cosine: Float) {
      (self.key, self.caption, self.cosine) = (key, caption, cosine)
    }
  }

  /// What was asked, and what was found.
  public struct Answer {
    public let query: String
    /// The file of a picture that was asked by; nil where it was a text or a key.
    public let picture: [UInt8]?
    public let hits: [Hit]

    public init(query: String, picture: [UInt8]?, hits: [Hit]) {
      (self.query, self.picture, self.hits) = (query, picture, hits)
    }
  }

  private let page: Page

  /// - Parameters:
  ///   - searched: what was gone through, in words.
  ///   - source: where the pictures of keys can be read; nil: only what is said of them is shown.
  public init(_ answers: [Answer], searched: String, pictures source: (any PairSource)?) {
    let keys = Set(answers.flatMap { $0.hits.map(\.name) })
    let found = source.map { Self.thumbnails(of: keys, in: $0) } ?? [:]
    let sections = answers.enumerated().map { number, answer in
      Section(
        id: "q\(number)", title: answer.query, body: Self.body(answer, number, found),
        problems: source == nil || answer.hits.allSatisfy { found[$0.name] != nil }
          ? [] : ["Some pictures can't be read from --pictures."])
    }
    page = Page(
      title: "Diagonal: found", subtitle: "Made \(Date().formatted(.iso8601)) by diagonal search over \(searched).",
      sections: sections, pictures: found.values.sorted { $0.id < $1.id })
  }

  public var html: String { page.markup.source }

  /// Writes the file whole or not at all. Replaces an older page of Diagonal's, and nothing else.
  public func write(to path: String) throws {
    try Report.requireReplaceable(path)
    try AtomicFile.write(Data(html.utf8), to: path)
  }

  private static func body(_ answer: Answer, _ number: Int, _ pictures: [[UInt8]: Thumbnail]) -> Markup {
    let asked = answer.picture.flatMap { thumbnail("q\(number)-asked", answer.query, $0) }
    let own: Markup =
      asked.map { "<p>Asked by:</p><div class=\"row\"><div class=\"sample\">\($0.ownDrawing)</div></div>" as Markup }
      ?? ""
    let hits = answer.hits.map { hit -> Markup in
      let words = hit.caption.map { $0.isEmpty ? hit.key : cut($0, to: 60) } ?? hit.key
      return """
        <div class="sample">\(pictures[hit.name]?.drawing ?? "")<p>\(words)</p>\
        <p class="soft">\(String(format: "%.3f", hit.cosine))</p></div>
        """
    }
    return "\(own)<div class=\"row\">\(hits)</div>\n"
  }

  private static func thumbnails(of keys: Set<[UInt8]>, in source: any PairSource) -> [[UInt8]: Thumbnail] {
    var found: [[UInt8]: Thumbnail] = [:]
    for index in 0..<source.count where found.count < keys.count {
      let key = source.location(of: index).key
      let name = Array(key.utf8)
      guard keys.contains(name), found[name] == nil, let pair = try? source.pair(at: index) else { continue }
      found[name] = thumbnail("p\(index)", pair.captions.first ?? key, pair.image)
    }
    return found
  }

  private static func thumbnail(_ id: String, _ words: String, _ file: [UInt8]) -> Thumbnail? {
    let side = 96
    guard let pixels = try? ImageTransform.evaluation(side: side)(file) else { return nil }
    return try? Thumbnail(id: id, words: words, Picture(width: side, height: side, pixels: pixels))
  }
}
