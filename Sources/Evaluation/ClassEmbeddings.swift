import CLIP
import Collectives
import Engine
import Foundation
import Similarity

/// One embedding a class: the mean of its sentences' unit rows, of length one again; of a supervised model the class's own
/// vector, whatever the templates.
///
/// - Source: Radford et al., “Learning transferable visual models from natural language supervision”, 2021, §3.1.4.
public struct ClassEmbeddings {
  public let names: [String]
  /// `[names.count, width]`, unit rows but for a supervised model's.
  public let rows: Tensor

  public init(_ names: [String], templates: [String] = Templates.plain, _ encoders: Encoders) throws {
    try self.init(names, templates: templates, EvaluationContext(encoders, over: ThreadCommunicator.alone()))
  }

  /// The same from all workers' encoders together, on every worker. Called by all.
  init(_ names: [String], templates: [String], _ context: EvaluationContext) throws {
    precondition(!names.isEmpty && !templates.isEmpty, "classes: \(names.count) names, \(templates.count) templates")
    let isSupervised = (try? context.encoders.model.isSupervised) == true
    let sentences = try context.texts(Self.sentences(names, templates: templates, isSupervised: isSupervised))
    try self.init(names, isSupervised: isSupervised, sentences.count, sentences.width) { try sentences.rows($0) }
  }

  /// The same of sentences that are encoded already.
  ///
  /// - Parameter sentences: the rows of `Self.sentences`.
  package init(_ names: [String], sentences: Tensor, isSupervised: Bool) {
    self.init(names, isSupervised: isSupervised, sentences.rows, sentences.width) { sentences.rows($0) }
  }

  private init(
    _ names: [String], isSupervised: Bool, _ count: Int, _ width: Int, _ sentences: (Range<Int>) throws -> Tensor
  ) rethrows {
    self.names = names
    // A supervised model's vectors say by their length, too, how probable a class is.
    if isSupervised {
      rows = try sentences(0..<count)
      return
    }
    let each = count / names.count
    rows = Tensor(shape: [names.count, width])
    for number in names.indices {
      let own = try sentences(number * each..<(number + 1) * each)
      rows.rows(number..<number + 1).set(meanDirections(own, each: each))
    }
  }

  /// What is encoded of classes, one after the other: each name in all templates; of a supervised model the names.
  package static func sentences(_ names: [String], templates: [String], isSupervised: Bool) -> [String] {
    isSupervised ? names : names.flatMap { name in templates.map { Templates.fill($0, name) } }
  }

  /// What each picture is, by softmax(scale · products) over the classes.
  ///
  /// - Parameter images: `[count, width]`, unit rows.
  /// - Returns: `[count][names.count]`
  public func probabilities(_ images: Tensor, scale: Float) -> [[Float]] { logits(images, scale: scale).map(softmax) }

  /// How probably each class is a picture's by itself, by σ(scale · product + bias), as SigLIP was trained: any number of
  /// classes may be, or none.
  ///
  /// - Parameter images: `[count, width]`, unit rows.
  /// - Returns: `[count][names.count]`
  public func probabilities(_ images: Tensor, scale: Float, bias: Float) -> [[Float]] {
    logits(images, scale: scale).map { $0.map { 1 / (1 + exp(-($0 + bias))) } }
  }

  private func logits(_ images: Tensor, scale: Float) -> [[Float]] {
    var logits = [[Float]](repeating: [], count: images.rows)
    RowProducts(images, rows).eachTile { tile in
      tile.eachRow { image, products in logits[image] += products.map { scale * $0 } }
    }
    return logits
  }

  /// A class, and how probably a picture is of it.
  public struct Guess: Sendable, Equatable, Encodable {
    public let label: String
    public let probability: Float
  }

  /// The classes that each picture is most probably of, from the best: the k best, or all where there are fewer.
  ///
  /// - Parameters:
  ///   - images: `[count, width]`, unit rows.
  ///   - bias: what is added to logits where each class has a probability of its own; nil where they share one.
  public func guesses(_ images: Tensor, scale: Float, bias: Float? = nil, best k: Int) -> [[Guess]] {
    let all = bias.map { probabilities(images, scale: scale, bias: $0) } ?? probabilities(images, scale: scale)
    // Of probabilities several may be rounded to 1.
    return zip(logits(images, scale: scale), all).map { logits, probabilities in
      var top = TopK(k)
      top.add(logits, from: 0)
      return top.entries.map { Guess(label: names[$0.column], probability: probabilities[$0.column]) }
    }
  }
}

/// The means of groups of rows that follow one another, scaled to length one.
///
/// - Parameter x: `[groups · size, width]`
/// - Returns: `[groups, width]`
package func meanDirections(_ x: Tensor, each size: Int) -> Tensor {
  precondition(x.rows % size == 0, "meanDirections: \(x.shape) in groups of \(size)")
  let sums = Tensor(shape: [x.rows / size, x.width], repeating: 0)
  for row in 0..<x.rows { sums.rows(row / size..<row / size + 1).add(x.rows(row..<row + 1)) }
  // A mean and a sum have one direction, which is all that is kept.
  return unitRows(sums)
}

private func softmax(_ logits: [Float]) -> [Float] {
  let largest = logits.max() ?? 0
  let weights = logits.map { exp($0 - largest) }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}
