import Stored

/// What `/models` tells, in the form of OpenAI's.
struct ModelsAnswer: Encodable {
  struct Model: Encodable {
    let id: String
    var object = "model"
    let ownedBy = "diagonal"
    let fingerprint: String
    /// Numbers in an embedding.
    let width: Int
    let imageSize: Int
    let contextLength: Int
    let images, texts: Bool
    /// Which calls it answers, by their paths.
    let calls: [String]
    /// What products of embeddings are multiplied by before softmax, or sigmoid where there is a bias.
    let logitScale: Float
    let logitBias: Float?
    let searched: [Searched]
    /// Whether `/pictures/{row}` shows stored rows.
    let pictures: Bool

    enum CodingKeys: String, CodingKey {
      case id, object, fingerprint, width, images, texts, calls, searched, pictures
      case ownedBy = "owned_by"
      case imageSize = "image_size"
      case contextLength = "context_length"
      case logitScale = "logit_scale"
      case logitBias = "logit_bias"
    }
  }

  struct Searched: Encodable {
    let over: String
    let rows: Int
    let exact: Bool
  }

  var object = "list"
  let data: [Model]

  init(_ facts: ModelFacts) {
    let searched = facts.searched.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { Searched(over: $0.key.rawValue, rows: $0.value.rows, exact: $0.value.isExact) }
    data = [
      Model(
        id: facts.name, fingerprint: facts.fingerprint, width: facts.width, imageSize: facts.imageSide,
        contextLength: facts.contextLength, images: facts.parts.contains(.images), texts: facts.parts.contains(.texts),
        calls: facts.calls, logitScale: facts.scale, logitBias: facts.bias, searched: searched,
        pictures: facts.thumbnails != nil)
    ]
  }
}
