import ArgumentParser
import Evaluation
import Pairs

/// A model, and the pairs that a command takes it over.
struct ModelOnPairs: ParsableArguments {
  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  /// Does `work` with both, tells how it goes, and prints what came of it: as one JSON object, or by `show`.
  func answer<Found: Encodable>(
    json: Bool, needs: ReadingOptions.Needs = .both,
    _ work: (Encoders, any PairSource, any EvaluationObserver) throws -> Found, show: (Found) -> Void
  ) throws {
    let (encoders, source) = try open(needs: needs)
    let progress = EvaluationProgress()
    try answer(try work(encoders, source, progress), json: json, progress, show: show)
  }

  func open(needs: ReadingOptions.Needs) throws -> (Encoders, any PairSource) {
    var (encoders, source) = (try model.load(), try data.open(needs: needs))
    encoders.bounds = EvaluationBounds(try data.section)
    return (encoders, source)
  }

  /// Prints what was found: as one JSON object, or by `show`.
  func answer<Found: Encodable>(
    _ found: Found, json: Bool, _ progress: EvaluationProgress, show: (Found) -> Void
  ) throws {
    let seconds = progress.seconds
    progress.finish()
    guard json else { return show(found) }
    try printJSON(Answer(model: model.model, data: data.data, seconds: seconds, found: found))
  }

  /// What was found with what it was made from, as one JSON object.
  private struct Answer<Found: Encodable>: Encodable {
    let model: String
    let data: [String]
    let seconds: Double
    let found: Found

    enum CodingKeys: String, CodingKey { case model, data, seconds }

    func encode(to encoder: any Encoder) throws {
      try found.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(model, forKey: .model)
      try container.encode(data, forKey: .data)
      try container.encode(seconds, forKey: .seconds)
    }
  }
}
