import Engine
import Foundation

/// Rows with a class each.
package struct LabelledRows {
  /// `[count, width]`
  package let rows: Tensor
  package let classes: [Int]
  package let classCount: Int
  package var count: Int { classes.count }

  package init(_ rows: Tensor, _ classes: [Int], classes classCount: Int) {
    precondition(rows.rows == classes.count, "labelled rows: \(rows.shape), \(classes.count) classes")
    (self.rows, self.classes, self.classCount) = (rows, classes, classCount)
  }

  /// Four fifths and every fifth row of each class.
  func split() -> (learned: LabelledRows, tried: LabelledRows) {
    var seen = [Int](repeating: 0, count: classCount)
    var (learned, tried) = ([Int](), [Int]())
    for (row, own) in classes.enumerated() {
      seen[own] += 1
      if seen[own] % 5 == 0 { tried.append(row) } else { learned.append(row) }
    }
    // Too few for a fifth of any class.
    return tried.isEmpty ? (self, self) : (some(learned), some(tried))
  }

  private func some(_ numbers: [Int]) -> LabelledRows {
    let chosen = Tensor(shape: [numbers.count, rows.width])
    for (place, row) in numbers.enumerated() { chosen.rows(place..<place + 1).set(rows.rows(row..<row + 1)) }
    return LabelledRows(chosen, numbers.map { classes[$0] }, classes: classCount)
  }
}

/// Multinomial logistic regression with a penalty on the weights and none on the biases:
///
///     Σᵢ −ln softmax(W xᵢ + b)[classᵢ] + λ/2 ‖W‖²  →  min
///
/// scikit-learn's `LogisticRegression(C=1/λ)`. The rows are centred first, which b takes up: the same classifier, found in
/// fewer iterations.
package struct LogisticRegression {
  /// `[classes, width]`, `[classes]`, for rows less `center`, `[width]`.
  private let weights: Tensor
  private let biases: Tensor
  private let center: [Float]
  package let iterations: Int

  package init(_ data: LabelledRows, regularization: Double, mostIterations: Int = 1000) {
    let (classes, width) = (data.classCount, data.rows.width)
    center = Self.mean(data.rows)
    let problem = Problem(Self.centred(data.rows, center), data, penalty: regularization)
    let found = minimum(
      from: [Double](repeating: 0, count: classes * (width + 1)), mostIterations: mostIterations, problem.value)
    iterations = found.iterations
    (weights, biases) = problem.tensors(found.place)
  }

  /// Weights and biases for rows as they are.
  package var line: (weights: [[Double]], biases: [Double]) {
    let rows = (0..<weights.rows).map { weights.rows($0..<$0 + 1).array.map(Double.init) }
    let moved = zip(rows, biases.array).map { row, bias in
      zip(row, center).reduce(Double(bias)) { $0 - $1.0 * Double($1.1) }
    }
    return (rows, moved)
  }

  /// The most probable class of each row.
  package func guesses(_ rows: Tensor) -> [Int] {
    let logits = linear(Self.centred(rows, center), weights, biases)
    return (0..<rows.rows).map { row in
      let own = logits.rows(row..<row + 1).array
      return own.indices.max { (own[$0], -$0) < (own[$1], -$1) } ?? 0
    }
  }

  /// The share of rows whose class is guessed.
  func share(of data: LabelledRows) -> Double {
    Double(zip(guesses(data.rows), data.classes).count { $0 == $1 }) / Double(data.count)
  }

  private static func mean(_ rows: Tensor) -> [Float] {
    var sums = [Double](repeating: 0, count: rows.width)
    for row in 0..<rows.rows {
      for (column, value) in rows.rows(row..<row + 1).array.enumerated() { sums[column] += Double(value) }
    }
    return sums.map { Float($0 / Double(rows.rows)) }
  }

  private static func centred(_ rows: Tensor, _ center: [Float]) -> Tensor {
    let moved = Tensor(shape: [rows.rows, rows.width])
    withExtendedLifetime((rows, moved)) {
      let (from, to) = (rows.buffer, moved.buffer)
      for i in from.indices { to[i] = from[i] - center[i % center.count] }
    }
    return moved
  }

  /// The function to be minimized, divided by the number of rows.
  private struct Problem {
    let rows: Tensor
    let data: LabelledRows
    /// λ / rows
    let penalty: Double

    init(_ rows: Tensor, _ data: LabelledRows, penalty: Double) {
      (self.rows, self.data, self.penalty) = (rows, data, penalty / Double(data.count))
    }

    func tensors(_ place: [Double]) -> (weights: Tensor, biases: Tensor) {
      let count = data.classCount * rows.width
      return (
        Tensor(shape: [data.classCount, rows.width], place[..<count].map { Float($0) }),
        Tensor(shape: [data.classCount], place[count...].map { Float($0) })
      )
    }

    /// - Returns: the value at a place, and its gradient.
    func value(_ place: [Double]) -> (value: Double, gradient: [Double]) {
      let (weights, biases) = (tensors(place).weights.learning(), tensors(place).biases.learning())
      let logits = linear(rows, weights, biases)
      let loss = softmaxLoss(logits)
      do { try backward([(logits, loss.gradient)]) } catch { preconditionFailure("logistic regression: \(error)") }
      let found = (weights.gradient?.value?.array ?? []) + (biases.gradient?.value?.array ?? [])
      let count = data.classCount * rows.width
      let squares = place[..<count].reduce(0) { $0 + $1 * $1 }
      let gradient = place.indices.map { Double(found[$0]) + ($0 < count ? penalty * place[$0] : 0) }
      return (loss.value + penalty / 2 * squares, gradient)
    }

    /// The mean over the rows, and what each logit's part in it is.
    private func softmaxLoss(_ logits: Tensor) -> (value: Double, gradient: Tensor) {
      let gradient = Tensor(shape: logits.shape)
      let (classes, count) = (data.classCount, Double(data.count))
      var sum = 0.0
      withExtendedLifetime((logits, gradient)) {
        for (row, own) in data.classes.enumerated() {
          let scores = logits.buffer[row * classes..<(row + 1) * classes]
          let largest = Double(scores.max() ?? 0)
          let weights = scores.map { exp(Double($0) - largest) }
          let total = weights.reduce(0, +)
          sum += largest + log(total) - Double(scores[row * classes + own])
          for column in 0..<classes {
            gradient.buffer[row * classes + column] =
              Float((weights[column] / total - (column == own ? 1 : 0)) / count)
          }
        }
      }
      return (sum / count, gradient)
    }
  }
}
