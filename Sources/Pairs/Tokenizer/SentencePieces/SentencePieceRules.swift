/// What a model of sentencepiece's does to texts beside its pieces' texts and scores, as far as ids follow from it.
///
/// - Source: sentencepiece's `sentencepiece_model.proto`, with its defaults.
struct SentencePieceRules {
  /// The rules one after another: of two models whose pieces have the same texts and scores, equal bytes make equal ids.
  let bytes: [UInt8]

  /// - Parameter model: a serialized `ModelProto`.
  init(_ model: [UInt8]) {
    let parts = ProtobufFields(model[...])
    func all(_ field: Int) -> [ProtobufFields] { (parts?.all(field) ?? []).compactMap(ProtobufFields.init) }
    /// The last word of a message that is written in several, or the default.
    func said(_ messages: [ProtobufFields], _ field: Int, _ standard: UInt64) -> UInt8 {
      UInt8(truncatingIfNeeded: messages.last { $0.integer(field) != nil }?.integer(field) ?? standard)
    }
    let (pieces, trainer, normalizer) = (all(1), all(2), all(3))
    // How texts are cut, whether spaces stand behind words, and bytes for what is unknown.
    let cutting: [UInt8] = [said(trainer, 3, 1), said(trainer, 24, 0), said(trainer, 35, 0)]
    // Whether a space is put before all, and spaces are put together, and are written “▁”.
    let spaces: [UInt8] = [3, 4, 5].map { said(normalizer, $0, 1) }
    let characters: [UInt8] = Array(normalizer.compactMap { $0.all(2).last }.last ?? [])
    let kinds: [UInt8] = pieces.map { said([$0], 3, 1) }
    let size = Array("\(characters.count) ".utf8)
    bytes = cutting + spaces + size + characters + kinds
  }
}
