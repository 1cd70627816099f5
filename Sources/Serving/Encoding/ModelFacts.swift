import CLIP
import Evaluation
import Pairs
import Search
import Stored

/// What of a served model any thread may know.
struct ModelFacts: Sendable {
  let name: String
  let fingerprint: String
  let width: Int
  let imageSide: Int
  let contextLength: Int
  let parts: Set<StoredPart>
  let isSupervised: Bool
  let scale: Float
  /// What is added to logits where each class has a probability of its own.
  let bias: Float?
  let transform: ImageTransform
  let tokenizer: any CaptionTokenizer
  /// How many rows of each part are searched, and whether every row is compared.
  let searched: [StoredPart: (rows: Int, isExact: Bool)]
  let thumbnails: Thumbnails?
  /// Labels that aren't encoded anew.
  let keptClasses: RecentClasses.Kept

  init(_ served: ServedModel) {
    let (encoders, model) = (served.encoders, served.encoders.model)
    (name, fingerprint, parts) = (served.name, encoders.fingerprint, served.parts)
    (width, imageSide, contextLength) = (encoders.width, encoders.side, model.configuration.text.contextLength)
    (scale, bias, isSupervised) = (model.scale, model.ownBias, model.isSupervised)
    (transform, tokenizer) = (encoders.transform, encoders.tokenizer)
    searched = served.searched.mapValues { ($0.rows.count, $0.way.isExact) }
    keptClasses = served.classes.kept
    let keys = served.searched.values.first?.rows.keys
    thumbnails = served.pictures.flatMap { source in keys.map { Thumbnails($0, in: source) } }
  }

  /// Which calls are answered, by their paths.
  var calls: [String] {
    ["/v1/embeddings"] + (parts == Set(StoredPart.allCases) ? ["/classify"] : [])
      + (searched.isEmpty ? [] : ["/search"]) + (thumbnails == nil ? [] : ["/pictures/{row}"])
  }

  /// How many ids a text has for the encoder, its start and end too.
  func tokenCount(_ text: String) -> Int { min(contextLength, tokenizer.encode(text).count + 2) }
}
