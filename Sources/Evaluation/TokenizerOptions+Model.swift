import CLIP
import Pairs

extension TokenizerOptions {
  /// What a model's configuration says of its tokenizer, read as OpenCLIP does.
  package init(_ text: ModelConfiguration.Text) {
    let fields = text.tokenizer
    self.init(
      cleaning: fields.text("clean").flatMap(CaptionCleaning.init(rawValue:)),
      stripsSeparator: fields.isOn("strip_sep_token"),
      isHuggingFace: fields.name != nil)
  }
}
