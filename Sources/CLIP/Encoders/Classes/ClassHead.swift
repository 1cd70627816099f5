import Engine

/// The linear head of supervised training: a vector for each class, `head.weight` `[classes, embeddingWidth]`.
///
/// Its logits are scale · w_c · x of the picture's unit embedding x, so that all but the classes' side is as in contrast:
/// the vectors stand where embeddings of captions do, of any length.
struct ClassHead: TextEncoder {
  let weight: Parameter

  init(_ at: Scope, count: Int, embeddingWidth: Int) {
    weight = (at / "weight").parameter(
      [count, embeddingWidth], .normal(deviation: 1 / Float(embeddingWidth).squareRoot()))
  }

  /// The classes' vectors, without a graph.
  ///
  /// - Parameter tokens: numbers of classes.
  func callAsFunction(_ tokens: [Int32], _ pass: Pass) -> Tensor {
    let rows = Tensor(shape: [tokens.count, weight.values.width])
    for (row, token) in tokens.enumerated() {
      rows.rows(row..<row + 1).set(weight.values.rows(Int(token)..<Int(token) + 1))
    }
    return rows
  }

  /// The products of embeddings with all classes' vectors, `[count, classes]`.
  func products(_ embeddings: Tensor, _ pass: Pass) -> Tensor { linear(embeddings, weight.tensor(pass)) }
}

extension CLIPModel {
  private var head: ClassHead? { text as? ClassHead }

  /// Whether the model tells classes apart, and has no text encoder.
  public var isSupervised: Bool { head != nil }

  /// Products of pictures' unit embeddings with the vectors of all classes of a supervised model.
  ///
  /// - Returns: `[count, classes]`
  public func classProducts(_ images: Tensor, _ pass: Pass = .evaluation) -> Tensor {
    guard let head else { preconditionFailure("classes: a model with a text encoder has none") }
    return head.products(images, pass)
  }
}
