import CLIP
import Engine
import Pairs
import Safetensors

extension ModelDirectory {
  /// Writes configuration, weights and tokenizer, in OpenCLIP's format, into the directory, which exists: all that
  /// `open_clip.create_model_and_transforms("local-dir:…")` and `open_clip.get_tokenizer("local-dir:…")` take.
  ///
  /// - Parameters:
  ///   - values: in place of the model's own, laid out like them.
  ///   - tokenizer: nil where none is known.
  ///   - storage: what the weights are rounded to.
  public func save(
    _ model: CLIPModel, values: Tensor? = nil, with tokenizer: (any CaptionTokenizer)?, storage: FloatStorage = .f32
  ) throws {
    let fields = tokenizer.map { TokenizerFields(of: $0, for: model.configuration.text.tokenizer) }
    try save(model, values: values, tokenizer: fields, storage: storage)
    try tokenizer?.write(into: path)
  }
}

extension TokenizerFields {
  /// What OpenCLIP has to be told to make a tokenizer's ids from the files that it writes.
  ///
  /// - Parameter said: what the model's configuration says.
  init(of tokenizer: any CaptionTokenizer, for said: TokenizerFields) {
    // From a local directory OpenCLIP takes the directory's own files, whatever the name.
    self.init(name: said.name ?? "the-files-beside", mode: said.mode, arguments: said.arguments)
    if tokenizer is Tokenizer {
      // See `OpenCLIPTokenizerFiles`.
      let cleaning = tokenizer.options.cleaning ?? .lower
      let own: [String: JSONScalar] = ["clean": .text(cleaning.rawValue), "strip_sep_token": .truth(true)]
      arguments = (arguments ?? [:]).merging(own) { $1 }
    }
  }
}
