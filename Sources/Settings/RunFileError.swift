import Foundation

/// What can be wrong with a run file, an override, or the two against the number of workers.
public enum RunFileError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String, asWhat: String, reason: String)
  case syntax(path: String, reason: String)
  case unknownKey(String, nearest: String)
  case type(key: String, found: String, expected: String)
  case value(key: String, found: String, must: String)
  /// One of those of Pairs' `Augmentation`.
  case augmentation(String)
  case override(String)
  case missing(key: String, meaning: String)
  case bothSet(String, String)
  case allLocked
  case chunk(batch: Int, chunk: Int, alternatives: String)
  case workers(batch: Int, chunk: Int, workers: Int, alternatives: String)
  /// - Parameter fastFor: workers that can share none of the valid lanes.
  case lanes(Int, chunks: Int, valid: [Int], fastFor: Int? = nil)
  case exact(lanes: Int, workers: Int, valid: [Int])
  case resumed(batch: Int, chunk: Int, lanes: Int, workers: Int, valid: [Int])

  public var description: String {
    switch self {
    case .unreadable(let path, let asWhat, let reason): "cannot read \(path) as \(asWhat): \(reason)"
    case .syntax(let path, let reason): "\(path) is not YAML: \(reason)"
    case .unknownKey(let key, let nearest): "\(key) is not a key; did you mean \(nearest)?"
    case .type(let key, let found, let expected): "\(key) is \(found), expected \(expected)"
    case .value(let key, let found, let must): "\(key) is \(found), must \(must)"
    case .augmentation(let problem): "data.augmentation.\(problem)"
    case .override(let text): "--set \(text): expected key=value, as in --set optimizer.learning_rate=1e-3"
    case .missing(let key, let meaning): "\(key) is not set: \(meaning)"
    case .bothSet(let one, let other): "\(one) and \(other) are both set; set one of them to null"
    case .allLocked:
      "model.lock_image and model.lock_text leave nothing to learn but logit_scale; "
        + "lock one of them, or set model.unlocked_image_groups or model.unlocked_text_groups"
    case .chunk(let batch, let chunk, let alternatives):
      "batch.size \(batch) is not a multiple of batch.chunk \(chunk); \(alternatives)"
    case .workers(let batch, let chunk, let workers, let alternatives):
      "batch.size \(batch) does not split into chunks of \(chunk) over \(workers) workers: \(alternatives)"
    case .lanes(let lanes, let chunks, let valid, let workers):
      "parallel.lanes \(lanes) must be a power of two that divides the batch's \(chunks) chunks: \(list(valid))"
        + (workers.map { ", and \($0) workers need parallel.reduction=fast" } ?? "")
    case .exact(let lanes, let workers, let valid):
      "parallel.reduction exact needs workers that divide parallel.lanes \(lanes), got \(workers); "
        + (valid.isEmpty ? "" : "start \(list(valid)) workers, or ") + "set parallel.reduction=fast"
    case .resumed(let batch, let chunk, let lanes, let workers, let valid):
      "the run goes on with batch.size \(batch) in chunks of \(chunk) and \(lanes) lanes, which \(workers) workers can't "
        + "share: start \(list(valid)) workers"
    }
  }
}

/// `1, 2 or 4`.
func list(_ values: [Int]) -> String {
  guard let last = values.last, values.count > 1 else { return values.map(String.init).joined() }
  return values.dropLast().map(String.init).joined(separator: ", ") + " or \(last)"
}
