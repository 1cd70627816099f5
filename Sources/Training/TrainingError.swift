/// Why a run can't begin, or can't go on.
public enum TrainingError: Error, CustomStringConvertible {
  case vocabulary(tokenizer: String, size: Int, model: Int)
  case tooFewPairs(pairs: Int, batch: Int)
  case notFinite(what: String, step: Int)
  case notBuilt(key: String, value: String)
  case dataEnded(step: Int)

  public var description: String {
    switch self {
    case .vocabulary(let tokenizer, let size, let model):
      "\(tokenizer) has \(size) tokens, the model's text_cfg.vocab_size is \(model); set it to \(size) or more"
    case .tooFewPairs(let pairs, let batch):
      "the training data has \(pairs) pairs, fewer than batch.size \(batch); set batch.size to \(pairs) or less"
    case .notFinite(let what, let step):
      "the \(what) of step \(step) is not finite; resume from an earlier checkpoint with a lower learning rate"
    case .notBuilt(let key, let value): "\(key) \(value) isn't supported yet"
    case .dataEnded(let step): "the data ended before step \(step)"
    }
  }
}
