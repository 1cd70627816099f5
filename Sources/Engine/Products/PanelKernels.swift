import CKernels
import Glibc

/// The kernels for a product of numbers stored so.
///
/// Two factors in bf16 are multiplied in pairs where the processor does that faster; else they are widened as they are packed, which
/// loses nothing.
struct PanelKernels {
  typealias Pack = @convention(c) (UnsafeMutablePointer<Float>?, UnsafeRawPointer?, Int, Int, Int, Int) -> Void
  typealias Multiply =
    @convention(c) (
      UnsafeMutableRawPointer?, Int, ck_left, UnsafePointer<Float>?, Int, Int, Int, Int32, UnsafePointer<Float>?,
      UnsafePointer<Float>?
    ) -> Void

  let packRows: Pack
  let packColumns: Pack
  let multiply: Multiply
  /// Steps of one unit.
  private let stepsAtOnce: Int

  init(_ a: Element, _ b: Element, _ c: Element, inPairs: Bool) {
    if a == .bf16 && b == .bf16 && inPairs {
      (packRows, packColumns, stepsAtOnce) = (ck.pack_pair_rows, ck.pack_pair_columns, 2)
      multiply = c.pick(ck.pair_panel_product_f32, ck.pair_panel_product_bf16)
    } else {
      (packRows, stepsAtOnce) = (a.pick(ck.pack_rows_f32, ck.pack_rows_bf16), 1)
      packColumns = b.pick(ck.pack_columns_f32, ck.pack_columns_bf16)
      multiply = c.pick(ck.panel_product_f32, ck.panel_product_bf16)
    }
  }

  /// Units of so many steps.
  func units(_ steps: Int) -> Int { (steps + stepsAtOnce - 1) / stepsAtOnce }
}

/// How many rows of a a panel holds, how many columns of b the widest, and how many units a block of b's panels.
enum PanelSizes {
  static let (rows, columns) = {
    var (rows, columns) = (0, 0)
    ck.panel_sizes(&rows, &columns)
    return (rows, columns)
  }()
  /// Half of a core's second cache, which a's rows and c's tiles pass through meanwhile.
  static let block = {
    let bytes = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
    return (bytes > 0 ? bytes : 1 << 20) / 2 / MemoryLayout<Float>.size
  }()
}
