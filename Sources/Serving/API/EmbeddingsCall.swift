import Engine
import Foundation

/// `/v1/embeddings`, in the form of OpenAI's.
struct EmbeddingsCall: Decodable {
  /// A text, or a picture in base64.
  enum Input: Decodable {
    case text(String)
    case image(String)

    private enum Keys: String, CodingKey { case text, image }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        self = .text(text)
        return
      }
      let fields = try decoder.container(keyedBy: Keys.self)
      let (text, image) = (
        try fields.decodeIfPresent(String.self, forKey: .text), try fields.decodeIfPresent(String.self, forKey: .image)
      )
      switch (text, image) {
      case (let text?, nil): self = .text(text)
      case (nil, let image?): self = .image(image)
      default: throw ServerError.bad("an input: expected a text, {\"text\": …} or {\"image\": BASE64}")
      }
    }
  }

  enum Format: String, Decodable { case float, base64 }

  let inputs: [Input]
  let model: String?
  let format: Format
  let dimensions: Int?

  private enum Keys: String, CodingKey {
    case input, model, dimensions
    case format = "encoding_format"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    do { inputs = try fields.decode([Input].self, forKey: .input) } catch DecodingError.typeMismatch(_, let context)
      where context.codingPath.count <= 1
    {
      inputs = [try fields.decode(Input.self, forKey: .input)]
    }
    model = try fields.decodeIfPresent(String.self, forKey: .model)
    let format = try fields.decodeIfPresent(String.self, forKey: .format)
    guard let known = Format(rawValue: format ?? "float") else {
      throw ServerError.bad("encoding_format: expected float or base64")
    }
    self.format = known
    dimensions = try fields.decodeIfPresent(Int.self, forKey: .dimensions)
  }

  var texts: [String] { inputs.compactMap { if case .text(let text) = $0 { text } else { nil } } }
  var images: [String] { inputs.compactMap { if case .image(let image) = $0 { image } else { nil } } }
}

/// The rows of what was encoded, texts before pictures.
struct RowsQuestion: Question {
  struct Rows: Sendable {
    let texts, pictures: [[Float]]
  }

  func answer(_ model: ServedModel, texts: Tensor, pictures: Tensor) -> Rows {
    Rows(texts: rows(texts), pictures: rows(pictures))
  }

  private func rows(_ x: Tensor) -> [[Float]] { (0..<x.rows).map { x.rows($0..<$0 + 1).array } }
}

/// What `/v1/embeddings` answers.
struct EmbeddingsAnswer: Encodable {
  enum Vector: Encodable {
    case floats([Float])
    case base64(String)

    /// - Parameter format: base64 is that of the numbers' bytes, little-endian f32.
    init(_ row: [Float], _ format: EmbeddingsCall.Format) {
      self =
        switch format {
        case .float: .floats(row)
        case .base64:
          .base64(row.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }.base64EncodedString())
        }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .floats(let floats): try container.encode(floats)
      case .base64(let text): try container.encode(text)
      }
    }
  }

  struct Item: Encodable {
    var object = "embedding"
    let index: Int
    let embedding: Vector
  }

  struct Usage: Encodable {
    let tokens: Int
    private enum CodingKeys: String, CodingKey {
      case prompt = "prompt_tokens"
      case total = "total_tokens"
    }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(tokens, forKey: .prompt)
      try container.encode(tokens, forKey: .total)
    }
  }

  var object = "list"
  let data: [Item]
  let model: String
  let usage: Usage
}
