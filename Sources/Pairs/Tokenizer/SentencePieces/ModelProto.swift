/// A `ModelProto` of sentencepiece's, as far as a Unigram vocabulary of another form needs it.
///
/// - Source: sentencepiece's `sentencepiece_model.proto`.
struct ModelProto {
  enum Kind: UInt64 {
    case normal = 1
    case unknown, control, userDefined
  }

  struct Piece {
    var text: String
    var score: Float
    var kind: Kind
  }

  var pieces: [Piece]
  var end: String
  /// sentencepiece's table of how characters are rewritten; nil for none.
  var characters: [UInt8]?

  var bytes: [UInt8] {
    var file = Message()
    for piece in pieces {
      var message = Message()
      message.append(1, Array(piece.text.utf8))
      message.append(2, piece.score)
      message.append(3, piece.kind.rawValue)
      file.append(1, message.bytes)
    }
    var trainer = Message()
    trainer.append(3, UInt64(1))  // Unigram
    for (field, piece) in [(45, unknown), (47, end)] { trainer.append(field, Array(piece.utf8)) }
    file.append(2, trainer.bytes)
    var normalizer = Message()
    normalizer.append(1, Array((characters == nil ? "identity" : "precompiled").utf8))
    if let characters { normalizer.append(2, characters) }
    file.append(3, normalizer.bytes)
    return file.bytes
  }

  /// The tables of characters of a serialized model, for texts on their way in and out; nil where it isn't one.
  static func characterTables(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
    guard let model = ProtobufFields(bytes[...]) else { return nil }
    var tables: [ArraySlice<UInt8>] = []
    for normalizer in model.all(3) + model.all(5) {
      guard let fields = ProtobufFields(normalizer) else { return nil }
      tables += fields.all(2)
    }
    return tables
  }

  private var unknown: String { pieces.first { $0.kind == .unknown }?.text ?? "<unk>" }

  /// - Source: protobuf's wire format.
  private struct Message {
    var bytes: [UInt8] = []

    private mutating func append(varint value: UInt64) {
      var rest = value
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }

    private mutating func append(key field: Int, _ type: UInt64) { append(varint: UInt64(field) << 3 | type) }

    mutating func append(_ field: Int, _ value: UInt64) {
      append(key: field, 0)
      append(varint: value)
    }

    mutating func append(_ field: Int, _ value: Float) {
      append(key: field, 5)
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func append(_ field: Int, _ value: [UInt8]) {
      append(key: field, 2)
      append(varint: UInt64(value.count))
      bytes += value
    }
  }
}
