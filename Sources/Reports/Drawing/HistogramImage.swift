import Foundation
import Pairs

/// Histograms side by side as one picture, a pixel a bin: colour where there are many, nothing where there are none.
struct HistogramImage {
  private let file: [UInt8]

  /// - Parameters:
  ///   - columns: counts of bins from low to high, as many in each.
  ///   - style: 0: blue, 1: orange; both stand out from a light and from a dark page.
  init?(_ columns: [[Int]], style: Int) {
    guard let bins = columns.first?.count, bins > 0, columns.allSatisfy({ $0.count == bins }) else { return nil }
    let color: [UInt8] = style == 0 ? [0x2A, 0x86, 0xC8] : [0xE0, 0x6A, 0x1A]
    var pixels: [UInt8] = []
    for bin in (0..<bins).reversed() {
      for column in columns {
        let most = Double(max(1, column.max() ?? 1))
        // By the root, so that few are seen too.
        pixels += color + [UInt8((255 * (Double(column[bin]) / most).squareRoot()).rounded())]
      }
    }
    guard let file = try? encode(pixels, width: columns.count, height: bins, .rgba, as: ".png") else { return nil }
    self.file = file
  }

  var drawing: Markup {
    """
    <image class="histogram" x="\(Plot.left)" y="\(Plot.top)" width="\(Plot.right - Plot.left)" \
    height="\(Plot.bottom - Plot.top)" preserveAspectRatio="none" \
    href="data:image/png;base64,\(Data(file).base64EncodedString())"/>
    """
  }
}
