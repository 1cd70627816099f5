import Engine

/// What is to be found out on the encoder's thread, once a request's texts and pictures are encoded.
protocol Question: Sendable {
  associatedtype Answer: Sendable
  /// - Parameters:
  ///   - texts: `[texts, width]`, unit rows of the request's texts, in their order.
  ///   - pictures: `[pictures, width]`, likewise.
  func answer(_ model: ServedModel, texts: Tensor, pictures: Tensor) throws -> Answer
}

/// A request's texts, and its pictures as the model takes them.
struct Inputs: Sendable {
  var texts: [String] = []
  /// `[side, side, 3]` each.
  var pictures: [[UInt8]] = []
  var count: Int { texts.count + pictures.count }
}
