import CLIP
import Engine
import Pairs
import Stored

extension Encoders {
  /// Numbers in the states that the projections of towers take.
  func stateWidths(of parts: [StoredPart]) throws(EvaluationError) -> [StoredPart: Int] {
    var widths: [StoredPart: Int] = [:]
    for part in parts {
      guard let width = model.stateWidth(part.tower) else { throw .noStates(tower: "\(part.tower)") }
      widths[part] = width
    }
    return widths
  }

  /// What the projection takes of pictures.
  ///
  /// - Parameter pixels: `[count, side, side, 3]`
  /// - Returns: `[count, model.stateWidth(.image)]`
  /// - Throws: where one isn't finite.
  func imageStates(_ pixels: [UInt8]) throws(EvaluationError) -> Tensor {
    let size = side * side * 3
    return try encode("a picture", pixels.count / size, model.stateWidth(.image) ?? 0) {
      model.imageStates(Array(pixels[$0.lowerBound * size..<$0.upperBound * size]))
    }
  }

  /// What the projection takes of texts.
  ///
  /// - Returns: `[texts.count, model.stateWidth(.text)]`
  func textStates(_ texts: [String]) throws(EvaluationError) -> Tensor {
    let length = model.configuration.text.contextLength
    return try encode("a text", texts.count, model.stateWidth(.text) ?? 0) { range in
      model.textStates(texts[range].flatMap { tokenizer.tokens($0, contextLength: length) })
    }
  }
}
