/// HTML or SVG. What stands in a literal is markup as it is; what is interpolated into it is text, and loses its meaning
/// as markup here and nowhere else:
///
///     let row: Markup = "<td>\(caption)</td>"
///
/// Attributes have to be quoted, and no text of a run may stand in a `<style>` or a `<script>`.
package struct Markup: ExpressibleByStringInterpolation, Sendable {
  package private(set) var source: String

  package init(stringLiteral literal: String) { source = literal }
  package init(stringInterpolation parts: StringInterpolation) { source = parts.source }

  private init(source: String) { self.source = source }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    package init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(2 * literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { source += literal }
    package mutating func appendInterpolation(_ markup: Markup) { source += markup.source }
    package mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { source += part.source } }
    package mutating func appendInterpolation(_ text: String) { source += escaped(text) }
    package mutating func appendInterpolation(_ count: Int) { source += String(count) }
    /// A length of a drawing, to a hundredth.
    package mutating func appendInterpolation(_ length: Double) { source += decimal(length, digits: 2) }
  }

  static func + (a: Markup, b: Markup) -> Markup { Markup(source: a.source + b.source) }
}

/// Characters that mean something in HTML by their names; those that no HTML may hold as the replacement character.
private func escaped(_ text: String) -> String {
  var safe = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": safe += "&amp;"
    case "<": safe += "&lt;"
    case ">": safe += "&gt;"
    case "\"": safe += "&quot;"
    case "'": safe += "&#39;"
    case "\n", "\t": safe.unicodeScalars.append(scalar)
    case _ where scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || scalar.value & 0xFFFE == 0xFFFE:
      safe += "\u{FFFD}"
    default: safe.unicodeScalars.append(scalar)
    }
  }
  return safe
}
