import CLIP
import Engine
import Foundation
import Pairs
import Similarity

/// The contrastive loss over pairs that aren't trained on, which stand in groups of one size, in the data's order.
///
///     softmax   1/2V Σᵢ (ln Σⱼ exp(s Sᵢⱼ) + ln Σⱼ exp(s Sⱼᵢ) − 2 s Sᵢᵢ)
///     sigmoid   1/V Σᵢⱼ ln(1 + exp(∓(s Sᵢⱼ + b))), − on the diagonal
///
/// A loss grows with the group, V: losses compare where V is the same. A pair's text is its first caption.
public struct LossEvaluator: Evaluator {
  public enum Kind: String, Sendable, CaseIterable, Encodable { case softmax, sigmoid }

  public let kind: Kind
  /// V
  public let batch: Int

  public init(_ kind: Kind = .softmax, batch: Int) { (self.kind, self.batch) = (kind, batch) }

  public func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> Result {
    let pairs = try context.encode(source)
    let size = min(batch, pairs.count)
    let groups = (0..<pairs.count / size).map { $0 * size..<($0 + 1) * size }
    let texts = try context.texts(pairs.captions.map { $0[0] })
    let tiles = SharedTiles(groups.count * size, groups: groups, over: context.workers)
    let model = try context.encoders.model
    let logits = Logits(scale: model.scale, bias: kind == .sigmoid ? model.bias : 0)
    var losses = try sums(pairs.images, texts, tiles, size, logits)
    if kind == .softmax {
      losses = zip(losses, try sums(texts, pairs.images, tiles, size, logits)).map { ($0 + $1) / 2 }
    }
    return Result(losses, groups: groups.count, batch: size, kind: kind, skipped: pairs.skipped)
  }

  /// What each row of X adds to the loss, from its products with the rows of Y in its group. Called by all workers.
  private func sums(
    _ x: SharedRows, _ y: SharedRows, _ tiles: SharedTiles, _ size: Int, _ logits: Logits
  ) throws -> [Double] {
    var own = zip(tiles.mine, try tiles.tiles(of: x)).map { (range: tiles.ranges[$0], rows: $1, sums: [RowLoss]()) }
    for i in own.indices { own[i].sums = Array(repeating: RowLoss(), count: own[i].range.count) }
    for columns in tiles.ranges {
      let candidates = try y.rows(columns)
      for i in own.indices where own[i].range.lowerBound / size == columns.lowerBound / size {
        let products = linear(own[i].rows, candidates)
        withExtendedLifetime(products) {
          for (row, number) in own[i].range.enumerated() {
            let similarities = UnsafeBufferPointer(products.rows(row..<row + 1).buffer)
            let partner = columns.contains(number) ? number - columns.lowerBound : nil
            own[i].sums[row].add(similarities, partner: partner, logits, kind)
          }
        }
      }
    }
    return try tiles.assembled(own.flatMap { $0.sums.map { $0.value(kind) } })
  }
}

/// scale · cosine + bias
private struct Logits {
  let scale: Float
  let bias: Float

  func callAsFunction(_ cosine: Float) -> Double { Double(scale) * Double(cosine) + Double(bias) }
}

/// What a row adds to the loss, while its products come by in order.
private struct RowLoss {
  private var largest = -Double.infinity
  private var sum = 0.0
  private var own = 0.0

  /// - Parameter partner: which of the products is the row's with its own partner.
  mutating func add(_ cosines: UnsafeBufferPointer<Float>, partner: Int?, _ logits: Logits, _ kind: LossEvaluator.Kind)
  {
    if let partner { own = logits(cosines[partner]) }
    switch kind {
    case .softmax:
      let most = max(largest, logits(cosines.max() ?? 0))
      sum *= exp(largest - most)
      largest = most
      for cosine in cosines { sum += exp(logits(cosine) - most) }
    case .sigmoid:
      for (column, cosine) in cosines.enumerated() {
        sum += softplus(column == partner ? -logits(cosine) : logits(cosine))
      }
    }
  }

  func value(_ kind: LossEvaluator.Kind) -> Double { kind == .softmax ? largest + log(sum) - own : sum }

  /// ln(1 + exp x), without overflow.
  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}

extension LossEvaluator {
  public static let name = "loss"
  public static let summary = "The contrastive loss of pairs that stand in groups, as in training's batches."
  public static let details = """
    Pairs stand in groups of --batch, in the data's order, each told from the others of its group; what is left over at the \
    end takes no part. A larger group has a larger loss: compare losses of equal groups only. Where there are fewer pairs, \
    they are one group. A pair's text is its first caption; nothing is augmented.
    """
  public static let options = [
    EvaluatorOption("loss", .oneOf(Kind.allCases.map(\.rawValue)), "softmax (CLIP) or sigmoid (SigLIP)."),
    EvaluatorOption("batch", .optional("pairs"), "Pairs in a group (default: 1024)."),
  ]
  public static let numbers = ["loss"]

  public init(options: [String: String]) throws(EvaluationError) {
    let text = options["loss"] ?? Kind.softmax.rawValue
    guard let kind = Kind(rawValue: text) else {
      throw .option("loss", value: text, expected: Kind.allCases.map(\.rawValue))
    }
    self.init(kind, batch: try options.count("batch", standard: 1024, atLeast: 2))
  }
}

extension LossEvaluator {
  /// What the loss was.
  public struct Result: EvaluationResult {
    public let pairs: Int
    public let skipped: Int
    public let kind: Kind
    public let groups: Int
    public let batch: Int
    public let loss: Double
    /// Of the loss as a mean over the pairs, as if they were independent.
    public let standardError: Double

    enum CodingKeys: String, CodingKey {
      case pairs, skipped, kind, groups, batch, loss
      case standardError = "standard_error"
    }

    init(_ losses: [Double], groups: Int, batch: Int, kind: Kind, skipped: Int) {
      (pairs, self.groups, self.batch, self.kind, self.skipped) = (losses.count, groups, batch, kind, skipped)
      let count = Double(losses.count)
      let mean = losses.reduce(0, +) / count
      let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      (loss, standardError) = (mean, count > 1 ? (squares / (count - 1) / count).squareRoot() : 0)
    }

    public var numbers: [EvaluationNumber] {
      guard loss.isFinite, standardError.isFinite else { return [EvaluationNumber("loss", loss)] }
      return [EvaluationNumber("loss", loss, interval: loss - 1.96 * standardError...loss + 1.96 * standardError)]
    }

    public var table: EvaluationTable {
      EvaluationTable(
        heading: "\(pairs) pairs in groups of \(batch), \(kind.rawValue)",
        rows: [("loss", [.number(loss)])] + (kind == .softmax ? [("guessing", [.number(log(Double(batch)))])] : []))
    }
  }
}
