import ArgumentParser
import Evaluation
import Pairs
import Reports
import Search

/// A page of what a search found.
struct FoundPageOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Also writes a page that shows what was found; it needs nothing else.", valueName: "file"))
  var html: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Where the page finds the pictures: the data that were embedded.", valueName: "source"))
  var pictures: [String] = []

  func validate() throws {
    if html == nil, !pictures.isEmpty { throw ValidationError("--pictures are for the page of --html") }
    if let html {
      try requirePath("--html", html)
      do { try Report.requireReplaceable(html) } catch { throw ValidationError("\(error)") }
    }
  }

  /// Writes the page if one is asked for.
  ///
  /// - Parameter answers: what was asked, a picture by its path, and what was found.
  func write(_ answers: [(query: String, hits: [SearchHit])], searched: String) throws {
    guard let html else { return }
    var reading = ReadingOptions()
    reading.needs = .pictures
    let source = try pictures.isEmpty ? nil : openPairs(pictures, reading)
    let shown = answers.map { answer in
      FoundPage.Answer(
        query: answer.query, picture: try? fileBytes(answer.query),
        hits: answer.hits.map { FoundPage.Hit(key: $0.key, caption: $0.caption, cosine: $0.score) })
    }
    try FoundPage(shown, searched: searched, pictures: source).write(to: html)
  }
}
