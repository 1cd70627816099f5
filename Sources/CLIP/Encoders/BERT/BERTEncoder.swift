import Engine

/// A text encoder around BERT: its states pooled to one, and projected.
///
/// Names: those of OpenCLIP's `HFTextEncoder`, below `text`.
struct BERTEncoder: ProjectedTextEncoder {
  let transformer: BERT
  let pooler: Linear?
  let projection: [Parameter]
  let configuration: ModelConfiguration.BERT

  init(_ at: Scope, _ configuration: ModelConfiguration.BERT, embeddingWidth: Int) {
    let (sizes, width) = (configuration.sizes, configuration.sizes.width)
    self.configuration = configuration
    transformer = BERT(at / "transformer", sizes)
    pooler =
      configuration.pooling == .pooled
      ? Linear(
        at / "transformer" / "pooler" / "dense", from: width, to: width, drawn: .normal(deviation: 0.02)) : nil
    func matrix(_ at: Scope, from: Int, to: Int) -> Parameter {
      (at.lockGroup(nil) / "weight").parameter([to, from], .uniform(bound: 1 / Float(from).squareRoot()))
    }
    let middle = (width + embeddingWidth) / 2
    projection =
      switch configuration.projection {
      case nil: []
      case .linear: [matrix(at / "proj", from: width, to: embeddingWidth)]
      case .mlp:
        [
          matrix(at / "proj" / "0", from: width, to: middle),
          matrix(at / "proj" / "2", from: middle, to: embeddingWidth),
        ]
      }
  }

  var stateWidth: Int? { configuration.sizes.width }
  var projectionGroup: Int? { nil }

  /// - Parameter tokens: `[count · contextLength]`, filled up with the padding token.
  func states(_ tokens: [Int32], _ pass: Pass) -> Tensor {
    let captions = PackedCaptions(
      tokens, contextLength: configuration.contextLength, lengths: lengths(of: tokens))
    return pooled(transformer(captions, pass), captions.sequences, pass)
  }

  /// How many tokens of each text there are before what pads it; one at least.
  private func lengths(of tokens: [Int32]) -> [Int] {
    let length = configuration.contextLength
    let pad = Int32(configuration.sizes.padToken)
    precondition(tokens.count % length == 0, "captions: \(tokens.count) tokens in rows of \(length)")
    return stride(from: 0, to: tokens.count, by: length).map { first in
      let last = tokens[first..<first + length].lastIndex { $0 != pad } ?? first
      return last - first + 1
    }
  }

  private func pooled(_ states: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    if configuration.pooling == .mean { return meanRows(states, (0..<sequences.count).map { sequences[$0] }) }
    let first = pickRows(states, sequences.firstRows)
    guard let pooler else { return first }
    return activate(pooler(first.cast(to: pooler.weight.element), pass, result: .f32), .tanh)
  }

  func projected(_ states: Tensor, _ pass: Pass) -> Tensor {
    guard let first = projection.first else { return states }
    let input = states.cast(to: first.element)
    guard projection.count > 1 else { return linear(input, first.operand(pass), result: .f32) }
    let middle = activate(linear(input, first.operand(pass)), .gelu)
    return linear(middle, projection[1].operand(pass), result: .f32)
  }
}
