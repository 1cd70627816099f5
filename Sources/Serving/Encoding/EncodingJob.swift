import Engine
import Evaluation

/// A request that waits to be encoded, and what of it is. On the encoder's thread alone, once it waits.
final class EncodingJob {
  /// Some of a request's texts and pictures.
  struct Piece {
    let job: EncodingJob
    let texts, pictures: Range<Int>

    var isFirst: Bool { texts.lowerBound == 0 && pictures.lowerBound == 0 }
  }

  /// Until when it is begun, or refused.
  let deadline: ContinuousClock.Instant
  private let inputs: Inputs
  /// Answers by the encoded inputs.
  private let finish: (ServedModel, _ texts: Tensor, _ pictures: Tensor) -> Void
  private let refuse: (any Error) -> Void
  private var (takenTexts, takenPictures) = (0, 0)
  private var rows: (texts: [Tensor], pictures: [Tensor]) = ([], [])
  /// Whether it is answered or refused.
  private(set) var hasEnded = false

  init(
    _ inputs: Inputs, _ deadline: ContinuousClock.Instant,
    finish: @escaping (ServedModel, _ texts: Tensor, _ pictures: Tensor) -> Void,
    refuse: @escaping (any Error) -> Void
  ) {
    (self.inputs, self.deadline, self.finish, self.refuse) = (inputs, deadline, finish, refuse)
  }

  /// How many of its texts and pictures aren't taken yet.
  var rest: Int { inputs.count - takenTexts - takenPictures }

  /// The next of its texts and pictures, in their order; none of a request that has none.
  func take(atMost count: Int) -> Piece {
    let texts = takenTexts..<min(inputs.texts.count, takenTexts + count)
    let pictures = takenPictures..<min(inputs.pictures.count, takenPictures + count - texts.count)
    (takenTexts, takenPictures) = (texts.upperBound, pictures.upperBound)
    return Piece(job: self, texts: texts, pictures: pictures)
  }

  func texts(_ piece: Piece) -> ArraySlice<String> { inputs.texts[piece.texts] }
  func pictures(_ piece: Piece) -> ArraySlice<[UInt8]> { inputs.pictures[piece.pictures] }

  /// Takes a piece's rows, and answers after the last one's.
  func add(_ piece: Piece, texts: Tensor, pictures: Tensor, _ model: ServedModel) {
    if texts.rows > 0 { rows.texts.append(texts) }
    if pictures.rows > 0 { rows.pictures.append(pictures) }
    let done = (rows.texts + rows.pictures).reduce(0) { $0 + $1.rows }
    guard done == inputs.count, !hasEnded else { return }
    hasEnded = true
    finish(model, stacked(rows.texts, model.encoders.width), stacked(rows.pictures, model.encoders.width))
  }

  func fail(_ error: any Error) {
    if hasEnded { return }
    hasEnded = true
    refuse(error)
  }

  /// - Returns: `[rows, width]`
  private func stacked(_ parts: [Tensor], _ width: Int) -> Tensor {
    if parts.count == 1 { return parts[0] }
    let all = Tensor(shape: [parts.reduce(0) { $0 + $1.rows }, width])
    var next = 0
    for part in parts {
      all.rows(next..<next + part.rows).set(part)
      next += part.rows
    }
    return all
  }
}
