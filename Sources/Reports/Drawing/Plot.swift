/// The ground of a chart: a rectangle between two axes, with room for what is written along them.
///
/// A drawing is 420 units wide and shown 330 to 480 pixels wide: its text of 16 units never comes below 12 pixels.
struct Plot {
  let x: Axis
  let y: Axis
  /// What y is counted in; empty where it has no unit.
  let unit: String
  /// What lies across.
  var along = "step"
  /// What is written across, and where; nil: round numbers.
  var marks: [(place: Double, name: String)]?

  static let width = 420.0
  static let height = 250.0
  static let left = 56.0
  static let right = 398.0
  static let top = 28.0
  static let bottom = 206.0

  /// The steps of several curves.
  static func stepAxis(_ buckets: some Sequence<Curve.Bucket>) -> Axis {
    Axis(buckets.flatMap { [Double($0.steps.lowerBound), Double($0.steps.upperBound)] })
  }

  func across(_ value: Double) -> Double { Self.left + (Self.right - Self.left) * x.place(value) }
  func up(_ value: Double) -> Double {
    // Beyond the edge by little: what lies far outside is not drawn across other charts.
    Self.bottom - (Self.bottom - Self.top) * min(1.02, max(-0.02, y.place(value)))
  }

  /// The whole drawing around `content`.
  ///
  /// - Parameter name: what a screen reader says of it.
  func drawing(_ name: String, _ content: Markup) -> Markup {
    """
    <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(name)">\(grid)\(content)\(labels)</svg>
    """
  }

  private var grid: Markup {
    let across = y.ticks.map { tick -> Markup in
      #"<path class="grid" d="M\#(Self.left) \#(up(tick))H\#(Self.right)"/>"#
    }
    return "\(across)<path class=\"axis\" d=\"M\(Self.left) \(Self.bottom)H\(Self.right)\"/>"
  }

  private var labels: Markup {
    let upwards = y.ticks.map { tick -> Markup in
      #"<text class="end" x="\#(Self.left - 6)" y="\#(up(tick) + 5)">\#(short(tick))</text>"#
    }
    let names = (marks ?? x.ticks.map { ($0, short($0)) }).map { mark -> Markup in
      #"<text class="mid" x="\#(across(mark.place))" y="\#(Self.bottom + 19)">\#(mark.name)</text>"#
    }
    return """
      \(upwards)\(names)<text x="4" y="16">\(unit)</text>\
      <text class="end" x="\(Self.right)" y="\(Self.height - 6)">\(along)</text>
      """
  }

  /// Invisible stripes that say what lies in them to a pointer that rests there.
  ///
  /// - Parameter words: of each stripe, whose buckets are counted from 0.
  func stripes(_ buckets: [Curve.Bucket], _ words: (Range<Int>) -> String) -> Markup {
    let width = max(1, (buckets.count + 39) / 40)
    let stripes = stride(from: 0, to: buckets.count, by: width).map { first -> Markup in
      let last = min(buckets.count, first + width) - 1
      let begin = across(Double(buckets[first].steps.lowerBound) - 0.5)
      let end = across(Double(buckets[last].steps.upperBound) + 0.5)
      return """
        <rect class="stripe" x="\(begin)" y="\(Self.top)" width="\(max(1, end - begin))" \
        height="\(Self.bottom - Self.top)"><title>\(words(first..<last + 1))</title></rect>
        """
    }
    return "\(stripes)"
  }
}

/// `x y` after `x y`, as a path's data has them.
func points(_ pairs: [(x: Double, y: Double)]) -> Markup { "\(pairs.map { "\($0.x) \($0.y) " as Markup })" }
