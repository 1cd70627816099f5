import CLIP
import TestSupport
import Testing

/// OpenCLIP's `resize_pos_embed` and `resize_text_pos_embed`: `Tests/Golden/positions.py`.
@Suite struct PositionResizingTests {
  @Test(arguments: [(3, 7), (7, 3), (7, 4), (5, 6), (1, 3), (4, 1)])
  func `a grid is resized as OpenCLIP does`(old: Int, new: Int) throws {
    let golden = try Golden("positions")
    let found = PositionResizing.grid(try golden.floats("grid.\(old)"), width: 6, tokens: 1, side: new)
    expectClose(found, try golden.floats("grid.\(old).\(new)"), relative: 1e-6, because: "float64, rounded once")
  }

  @Test(arguments: [(5, 8), (8, 5), (6, 16), (1, 4)])
  func `a text's positions are resized as OpenCLIP does`(old: Int, new: Int) throws {
    let golden = try Golden("positions")
    let found = PositionResizing.line(try golden.floats("line.\(old)"), width: 6, length: new)
    expectClose(found, try golden.floats("line.\(old).\(new)"), relative: 1e-6, because: "float64, rounded once")
  }

  @Test func `a grid of the same size stays as it is`() throws {
    let rows = try Golden("positions").floats("grid.3")
    expectClose(
      PositionResizing.grid(rows, width: 6, tokens: 1, side: 3), rows, relative: 1e-7, because: "weights 1, 0")
  }
}
