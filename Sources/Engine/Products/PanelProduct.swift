import CKernels

/// A product by panels (`CKernels/product/panels.h`): b is packed block by block, a only where a tile can't read it as it lies; a
/// tile of c stays in registers.
struct PanelProduct {
  let a: Matrix
  let b: Matrix
  let c: Matrix
  let adds: Bool
  let bias: Tensor?
  let plus: Tensor?
  let kernels: PanelKernels

  /// Computes a part of one matrix of the stack.
  func compute(_ matrix: Int, _ rows: Range<Int>, _ columns: Range<Int>) {
    let blocks = ProductBlocks(rows, columns, inner: a.shape[2], keepsSums: c.tensor.element == .f32)
    Scratch.with(bytes: blocks.floats * MemoryLayout<Float>.size) { memory in
      let panelsOfB = memory.assumingMemoryBound(to: Float.self)
      for steps in blocks.steps {
        for columns in blocks.columns {
          kernels.packColumns(
            panelsOfB, b.at(matrix, steps.lowerBound, columns.lowerBound), b.strides[2], b.strides[1], columns.count,
            steps.count)
          if let left = asItLies(matrix, rows, steps) {
            multiply(left, panelsOfB, matrix, rows, columns, steps)
          } else {
            for rows in blocks.rows {
              let left = packed(matrix, rows, steps, in: panelsOfB + blocks.floatsOfB)
              multiply(left, panelsOfB, matrix, rows, columns, steps)
            }
          }
        }
      }
    }
  }

  /// A block of a where a tile can read it in place: f32 numbers, next to each other along steps.
  ///
  /// Next to each other along rows, each step would fetch a line of the cache and use half of it: on a Xeon (model 207) gradients of
  /// weights, packed, are a tenth to a fifth faster.
  private func asItLies(_ matrix: Int, _ rows: Range<Int>, _ steps: Range<Int>) -> ck_left? {
    guard a.tensor.element == .f32, a.strides[2] == 1 else { return nil }
    return ck_left(
      at: a.at(matrix, rows.lowerBound, steps.lowerBound).assumingMemoryBound(to: Float.self),
      panel: PanelSizes.rows * a.strides[1], row: a.strides[1], step: 1)
  }

  private func packed(
    _ matrix: Int, _ rows: Range<Int>, _ steps: Range<Int>, in panels: UnsafeMutablePointer<Float>
  ) -> ck_left {
    kernels.packRows(
      panels, a.at(matrix, rows.lowerBound, steps.lowerBound), a.strides[1], a.strides[2], rows.count, steps.count)
    return ck_left(at: panels, panel: PanelSizes.rows * kernels.units(steps.count), row: 1, step: PanelSizes.rows)
  }

  /// One block of c, of which the first block of steps adds what isn't a product.
  private func multiply(
    _ left: ck_left, _ panelsOfB: UnsafePointer<Float>, _ matrix: Int, _ rows: Range<Int>,
    _ columns: Range<Int>, _ steps: Range<Int>
  ) {
    let isFirst = steps.lowerBound == 0
    let addend = isFirst ? plus.map { c.over($0).at(matrix, rows.lowerBound, columns.lowerBound) } : nil
    kernels.multiply(
      c.at(matrix, rows.lowerBound, columns.lowerBound), c.strides[1], left, panelsOfB, rows.count, columns.count,
      kernels.units(steps.count), adds || !isFirst ? 1 : 0,
      isFirst ? bias.map { UnsafePointer($0.pointer + columns.lowerBound) } : nil,
      addend.map { UnsafePointer($0.assumingMemoryBound(to: Float.self)) })
  }
}
