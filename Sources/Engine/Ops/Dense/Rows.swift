import CKernels

/// Picks rows.
///
///     y[r] = x[at[r]]        dx[at[r]] += dy[r]
///
/// - Parameters:
///   - x: `[…, width]`, taken as `[rows, width]`.
///   - at: rows of x, any number of times each.
/// - Returns: `[at.count, width]`
public func pickRows(_ x: Tensor, _ at: [Int]) -> Tensor {
  precondition(at.allSatisfy { $0 >= 0 && $0 < x.rows }, "pickRows: a row is outside \(x.shape)")
  let rows = at.map(Int32.init)
  let y = Tensor(shape: [rows.count, x.width], element: x.element)
  x.element.pick(ck.pick_rows_forward_f32, ck.pick_rows_forward_bf16)(y.at(0), x.at(0), rows, rows.count, x.width)

  return y.derived(from: x.gradient) { [rows, width = x.width, place = x.gradient] dy in
    guard let dx = place?.claimToAdd() else { return }
    dx.element.pick(ck.pick_rows_backward_f32, ck.pick_rows_backward_bf16)(
      dx.at(0), dy.at(0), rows, rows.count, width)
  }
}

/// Scales every row to length one.
///
///     y = x / ‖x‖        dx = (dy − y (y · dy)) / ‖x‖
///
/// - Parameter x: `[rows, width]`. A row of zeros stays zero.
/// - Returns: `[rows, width]`, every row of length 1.
public func unitRows(_ x: Tensor) -> Tensor {
  let y = Tensor(shape: x.shape)
  let norm = Tensor(shape: [x.rows])
  inParallel(x.rows, atLeast: 64) { part in
    let at = part.lowerBound * x.width
    ck.unit_rows_forward(y.pointer + at, norm.pointer + part.lowerBound, x.pointer + at, part.count, x.width)
  }

  let kept = y
  return y.derived(from: x.gradient) { [y = kept, norm, place = x.gradient] dy in
    guard let (dx, adds) = place?.claim() else { return }
    inParallel(dx.rows, atLeast: 64) { part in
      let at = part.lowerBound * dx.width
      ck.unit_rows_backward(
        dx.pointer + at, dy.pointer + at, y.pointer + at, norm.pointer + part.lowerBound, part.count, dx.width,
        adds ? 1 : 0)
    }
  }
}

/// Neighbouring rows of a tensor, as of a weight that several layers share.
///
///     y = x[range]        dx[range] += dy
///
/// - Parameter x: `[rows, width]`, or `[rows]` for single numbers.
/// - Returns: the rows, without a copy.
public func slicedRows(_ x: Tensor, _ range: Range<Int>) -> Tensor {
  let rowCount = x.shape[0]
  precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "slicedRows: \(range) of \(x.shape)")
  let matrix = x.viewed(as: [rowCount, x.count / rowCount])
  let shape = [range.count] + x.shape.dropFirst()
  let shapeOfAll = matrix.shape
  let place = x.gradient
  return matrix.rows(range).viewed(as: shape).derived(from: place, element: place?.element) { [place] dy in
    place?.claimToAdd().viewed(as: shapeOfAll).rows(range).add(dy)
  }.collected(as: x)
}

/// Adds one row to all.
///
///     y = x + row        dx = dy,  drow = Σ rows of dy
///
/// - Parameters:
///   - x: `[…, width]`, f32.
///   - row: `width` numbers.
public func plusRow(_ x: Tensor, _ row: Tensor) -> Tensor {
  precondition(row.count == x.width, "plusRow: x \(x.shape), row \(row.shape)")
  let y = Tensor(shape: x.shape)
  y.set(x)
  inParallel(x.rows, atLeast: 64) { part in
    for r in part { ck.add_f32(y.at(r * x.width), row.at(0), x.width) }
  }

  return y.derived(from: x.gradient, row.gradient) { [into = (x: x.gradient, row: row.collector)] dy in
    if let row = into.row {
      collect([row], rows: dy.rows) { rows, sums, adds in sumColumns(dy.rows(rows), into: sums[0], adds: adds) }
    }
    into.x?.accept(dy)
  }
}
