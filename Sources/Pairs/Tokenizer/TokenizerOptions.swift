/// How texts are cleaned before they are cut: OpenCLIP's `get_clean_fn`.
public enum CaptionCleaning: String, Sendable, CaseIterable {
  /// Mended, unescaped, runs of white space made one space.
  case whitespace
  /// And lower case.
  case lower
  /// And lower case, without ASCII's punctuation: SigLIP's.
  case canonicalize
}

/// What a model's configuration says of its tokenizer beside the vocabulary.
public struct TokenizerOptions: Sendable, Equatable {
  /// nil as OpenCLIP cleans for the tokenizer's kind.
  public var cleaning: CaptionCleaning?
  /// Whether the end of word pieces, `[SEP]`, is written as 0.
  public var stripsSeparator: Bool
  /// Whether Hugging Face's tokenizer is meant, where OpenCLIP has one of its own for the vocabulary.
  public var isHuggingFace: Bool

  public init(cleaning: CaptionCleaning? = nil, stripsSeparator: Bool = false, isHuggingFace: Bool = false) {
    (self.cleaning, self.stripsSeparator, self.isHuggingFace) = (cleaning, stripsSeparator, isHuggingFace)
  }

  /// For byte pairs; Hugging Face's CLIP tokenizer lowers case whatever OpenCLIP does before.
  var pairCleaning: CaptionCleaning {
    let cleaning = cleaning ?? .lower
    return isHuggingFace && cleaning == .whitespace ? .lower : cleaning
  }

  var pieceCleaning: CaptionCleaning { cleaning ?? .whitespace }
}
