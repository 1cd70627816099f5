import ArgumentParser
import Engine
import Evaluation
import Pairs
import Runs
import Settings

/// A model, and the pairs that a command takes it over.
struct ModelOnPairs: ParsableArguments {
  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  /// - Parameter tower: the one encoder that is needed; nil for both.
  func open(needs: ReadingOptions.Needs, only tower: Tower? = nil) throws -> (Encoders, any PairSource) {
    var (encoders, source) = (try model.load(only: tower), try data.open(needs: needs))
    let section = try data.section
    encoders.bounds = EvaluationBounds(section)
    if model.reading.transparency == nil { encoders.background = PictureBackground(section.transparency) }
    return (encoders, source)
  }

  /// Prints what was found: as one JSON object, or by `show`.
  func answer<Found: Encodable>(
    _ found: Found, json: Bool, _ progress: EvaluationProgress, show: (Found) -> Void
  ) throws {
    let seconds = progress.seconds
    progress.finish()
    guard json else { return show(found) }
    try printJSON(FoundAnswer(model: model.model, data: data.data, stored: nil, seconds: seconds, found: found))
  }
}

/// What was found with what it was made from, as one JSON object.
struct FoundAnswer<Found: Encodable>: Encodable {
  let model: String?
  let data: [String]?
  let stored: String?
  let seconds: Double
  let found: Found

  enum CodingKeys: String, CodingKey { case model, data, stored, seconds }

  func encode(to encoder: any Encoder) throws {
    try found.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(model, forKey: .model)
    try container.encodeIfPresent(data, forKey: .data)
    try container.encodeIfPresent(stored, forKey: .stored)
    try container.encode(seconds, forKey: .seconds)
  }
}
