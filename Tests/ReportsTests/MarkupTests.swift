import Reports
import Testing

@Suite struct MarkupTests {
  @Test func `what is interpolated is text, and what is literal markup`() {
    let caption = #"<script>alert("x")</script> & 'y'"#
    let markup: Markup = "<td title=\"\(caption)\">\(caption)</td>"
    let safe = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;"
    #expect(markup.source == "<td title=\"\(safe)\">\(safe)</td>")
  }

  @Test func `markup within markup stays what it is`() {
    let cells: [Markup] = ["<i>\("a<b")</i>", "<i>2</i>"]
    #expect(("<p>\(cells)</p>" as Markup).source == "<p><i>a&lt;b</i><i>2</i></p>")
  }

  @Test func `characters that no page may hold are replaced`() {
    #expect(("\("a\u{0}\u{1B}\u{85}\u{FFFF}b\nc")" as Markup).source == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b\nc")
  }

  @Test func `lengths are short and never in scientific notation`() {
    #expect(("\(12.3456) \(-0.001) \(1e7)" as Markup).source == "12.35 0 10000000")
  }
}

@Suite struct NumbersTests {
  @Test func `numbers read well`() {
    let numbers = [0, 1, 12.345, 0.00125, 1e-7, 1234, 12345, 1.5e6, 3.25e9, -0.5, .nan]
    #expect(
      numbers.map(short) == ["0", "1", "12.35", "0.00125", "1e-7", "1234", "12.35k", "1.5M", "3.25G", "-0.5", "–"])
  }
}
