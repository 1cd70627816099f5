import CKernels

/// How the samples of a pass fall into lanes: equal contiguous parts, whose sums of a parameter's gradient are made each by
/// itself and then added up by a binary tree. So they have the bits of lanes that pass one by one.
public struct Lanes: Sendable, Equatable {
  /// A power of two.
  public let count: Int
  private let samples: Int
  /// How the samples lie in rows where they are of lengths of their own.
  private var sequences: Sequences?

  public init(count: Int, samples: Int) {
    precondition(count.nonzeroBitCount == 1 && samples % count == 0, "lanes: \(samples) samples in \(count)")
    (self.count, self.samples) = (count, samples)
  }

  /// The same over the rows of sequences, one a sample.
  func over(_ sequences: Sequences) -> Lanes {
    precondition(sequences.count == samples, "lanes: \(sequences.count) sequences, \(samples) samples")
    var lanes = self
    lanes.sequences = sequences
    return lanes
  }

  /// Which of so many rows are a lane's: those of its sequences, or of its samples where each has equally many.
  func rows(of lane: Int, among rows: Int) -> Range<Int> {
    let (first, end) = (lane * samples / count, (lane + 1) * samples / count)
    if let sequences, rows == sequences.rows { return sequences[first].lowerBound..<sequences[end - 1].upperBound }
    precondition(rows % samples == 0, "lanes: \(rows) rows of \(samples) samples")
    return first * (rows / samples)..<end * (rows / samples)
  }
}

/// What a parameter's gradient is summed by where a pass has lanes.
struct LaneSums {
  let lanes: Lanes
  /// Gets Σ g² of a part of a lane's gradient.
  let note: (_ squares: Double, _ lane: Int) -> Void
}

/// Where a parameter's gradient comes together as a sum over rows.
struct Collector {
  let gradient: Gradient
  fileprivate let sums: LaneSums?
}

extension Tensor {
  /// Nil where nobody asks for this parameter's gradient.
  var collector: Collector? { gradient.map { Collector(gradient: $0, sums: laneSums) } }

  /// A part or another shape of a parameter, whose gradient is summed as its own.
  func collected(as parameter: Tensor) -> Tensor {
    var tensor = self
    tensor.laneSums = parameter.laneSums
    return tensor
  }
}

/// Adds sums over rows to parameters' gradients, lane by lane where there are some.
///
/// - Parameters:
///   - collectors: of the parameters of one layer.
///   - add: puts the sums over some of the rows in these places, one a collector; it adds if `adds`, else overwrites.
func collect(
  _ collectors: [Collector], rows: Int, _ add: (_ rows: Range<Int>, _ sums: [Tensor], _ adds: Bool) -> Void
) {
  guard let sums = collectors.first?.sums else {
    let places = collectors.map { $0.gradient.claim() }
    if let adds = places.first?.adds { add(0..<rows, places.map(\.dx), adds) }
    return
  }
  func sum(_ lanes: Range<Int>, into places: [Tensor]) {
    guard lanes.count > 1 else {
      add(sums.lanes.rows(of: lanes.lowerBound, among: rows), places, false)
      for (collector, place) in zip(collectors, places) {
        collector.sums?.note(place.sumOfSquares(halvings: 6), lanes.lowerBound)
      }
      return
    }
    let middle = (lanes.lowerBound + lanes.upperBound) / 2
    sum(lanes.lowerBound..<middle, into: places)
    let upper = places.map { Tensor(shape: $0.shape) }
    sum(middle..<lanes.upperBound, into: upper)
    for (place, other) in zip(places, upper) { place.add(other) }
  }
  sum(0..<sums.lanes.count, into: collectors.map { $0.claimAlone() })
}

/// Adds rows of `dy` to the rows of a parameter's gradient that they name, lane by lane where there are some.
///
/// - Parameter names: a row of the parameter for each of dy's.
func collectRows(_ collector: Collector, _ names: [Int32], _ dy: Tensor) {
  let (count, width) = (names.count, dy.width)
  guard let sums = collector.sums else {
    return ck.embedding_backward(collector.gradient.claimToAdd().pointer, names, dy.pointer, count, width)
  }
  let (whole, lanes) = (collector.claimAlone(), sums.lanes.count)
  whole.fill(0)
  let laneOfRow = (0..<lanes).flatMap { lane in sums.lanes.rows(of: lane, among: count).map { _ in lane } }
  let parts = Tensor(shape: [lanes, width])
  var squares = [Double](repeating: 0, count: lanes)
  // Most rows of a table are named by no one, so only those that are go through the tree.
  for rows in names.indices.sorted(by: { (names[$0], $0) < (names[$1], $1) }).split(byChangeOf: names) {
    parts.fill(0)
    for row in rows { ck.add_f32(parts.at(laneOfRow[row] * width), dy.at(row * width), width) }
    for lane in 0..<lanes { squares[lane] += ck.sum_of_squares(parts.pointer + lane * width, width) }
    parts.sumRowsByTree()
    let name = Int(names[rows[rows.startIndex]])
    whole.elements(name * width..<(name + 1) * width).set(parts.rows(0..<1))
  }
  for lane in 0..<lanes { sums.note(squares[lane], lane) }
}

extension Collector {
  /// Where a parameter's only sum of this pass goes: two of them, lane by lane, wouldn't have the bits of lanes that pass one by
  /// one.
  fileprivate func claimAlone() -> Tensor {
    let (dx, adds) = gradient.claim()
    precondition(!adds, "collector: a second sum for \(gradient.shape)")
    return dx
  }
}

extension [Int] {
  /// Runs of indices at which `names` has the same.
  fileprivate func split(byChangeOf names: [Int32]) -> [ArraySlice<Int>] {
    let begins = indices.filter { $0 == 0 || names[self[$0]] != names[self[$0 - 1]] }
    return zip(begins, begins.dropFirst() + [count]).map { self[$0..<$1] }
  }
}

extension Tensor {
  /// Leaves the sum of all rows, of which there is a power of two, in the first.
  fileprivate func sumRowsByTree() {
    var step = 1
    while step < rows {
      for row in stride(from: 0, to: rows, by: 2 * step) {
        ck.add_f32(at(row * width), at((row + step) * width), width)
      }
      step *= 2
    }
  }
}
