/// A whole page: one file that needs nothing else, neither a network nor a script.
struct Page {
  let title: String
  let subtitle: String
  let sections: [Section]
  /// Drawn again and again by their names, and so kept once.
  let pictures: [Thumbnail]

  /// Begins every report: how one is told from what must not be replaced.
  static let mark = "<!doctype html>\n<!-- diagonal report -->\n"

  /// The page's own rules forbid all that the page doesn't need, should markup ever slip through.
  var markup: Markup {
    """
    <!doctype html>
    <!-- diagonal report -->
    <html lang="en"><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title)</title>
    <style>\(Self.style)</style></head>
    <body><svg class="store" aria-hidden="true" width="0" height="0">\(pictures.map(\.symbol))</svg>
    <header><h1>\(title)</h1><p>\(subtitle)</p>
    <nav>\(sections.map(\.link))</nav></header>
    <main>
    \(sections.map(\.markup))</main></body></html>

    """
  }
}

/// A chapter of a report: words and tables, then drawings side by side.
struct Section {
  let id: String
  let title: String
  var body: Markup = ""
  var figures: [Figure] = []
  /// Why something is missing here.
  var problems: [String] = []

  var isEmpty: Bool { figures.isEmpty && problems.isEmpty && body.source.isEmpty }

  fileprivate var link: Markup { "<a href=\"#\(id)\">\(title)</a> " }

  fileprivate var markup: Markup {
    let figures: Markup = figures.isEmpty ? "" : "<div class=\"figures\">\n\(figures.map(\.markup))</div>"
    let problems = problems.map { "<p class=\"problem\">\($0)</p>\n" as Markup }
    return "<section id=\"\(id)\"><h2>\(title)</h2>\n\(problems)\(body)\(figures)</section>\n"
  }
}

/// A table whose first column names its rows.
///
/// - Parameter kind: how it is laid out.
func table(_ head: [String], _ rows: [[Markup]], _ kind: TableKind = .words) -> Markup {
  let heads = head.map { "<th scope=\"col\">\($0)</th>" as Markup }
  let lines = rows.map { cells -> Markup in
    let rest = cells.dropFirst().map { "<td>\($0)</td>" as Markup }
    return "<tr><th scope=\"row\">\(cells.first ?? "")</th>\(rest)</tr>\n"
  }
  return "<div class=\"scroll\"><table class=\"\(kind.rawValue)\"><thead><tr>\(heads)</tr></thead><tbody>\n\(lines)"
    + "</tbody></table></div>\n"
}

enum TableKind: String {
  case words
  /// Columns of numbers, which end alike.
  case numbers
  /// A key, its value, its default and its meaning: below each other where there is no room beside.
  case settings
}

/// Words of a run as markup.
func words(_ text: String) -> Markup { "\(text)" }
