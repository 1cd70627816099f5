/// A drawing with its title, the names of what is in it, and a caption that says how to read it.
struct Figure {
  let title: String
  let drawing: Markup
  var legend: [LegendEntry] = []
  let caption: String
  /// Whether it takes the room of two.
  var isWide = false

  var markup: Markup {
    """
    <figure\(isWide ? " class=\"wide\"" as Markup : "")><h3>\(title)</h3>\(drawing)\(names)\
    <figcaption>\(caption)</figcaption></figure>

    """
  }

  private var names: Markup { legend.isEmpty ? "" : "<ul class=\"legend\">\(legend.map(\.markup))</ul>" }
}

struct LegendEntry {
  let name: String
  /// The colour's number, and the dashes'.
  let style: Int
  /// Whether it stands for an area rather than for a line.
  var isArea = false

  var markup: Markup {
    let sign: Markup =
      isArea
      ? #"<rect class="area s\#(style % 8)" width="24" height="12"/>"#
      : #"<path class="line s\#(style % 8) d\#(style % 8)" d="M0 6H24"/>"#
    return #"<li><svg class="sign" viewBox="0 0 24 12" aria-hidden="true">\#(sign)</svg>\#(name)</li>"#
  }
}
