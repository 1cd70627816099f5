import Settings

extension LossSection {
  /// Eight losses of every kind, with every rule for duplicates that the kind takes.
  package static let several: [LossSection] = LossKind.allCases.flatMap { kind in
    [(DuplicateRule.negative, nil), (.ignore, 3), (.positive, nil)].map { duplicates, negatives in
      var loss = LossSection()
      (loss.kind, loss.duplicates, loss.negatives, loss.gamma) = (kind, duplicates, negatives, 0.5)
      return loss
    }
  }.filter { loss in
    switch loss.kind {
    case .softmax, .sigmoid: true
    case .decoupled: loss.duplicates == .negative
    case .globalContrastive: loss.duplicates != .positive
    }
  }
}
