import CLIP
import Engine
import TestSupport
import Testing

/// A checkpoint of `Tests/Golden/bert_checkpoint.py`.
@Suite struct BERTFileTests {
  private let path = Golden.path("bert_checkpoint.safetensors")

  @Test(arguments: ["bert_checkpoint.safetensors", "bert_checkpoint.bin"])
  func `a Hugging Face checkpoint starts the text tower`(_ file: String) throws {
    let golden = try Golden("bert_checkpoint")
    let model = CLIPModel(try Variant.configuration("text.bert_mean"), seed: 0)
    // As model.text_from does.
    try model.load(.text, from: Golden.path(file))
    let parameters = model.parameters
    for declaration in parameters.declarations where declaration.name.hasPrefix("text.transformer.") {
      var name = "bert." + declaration.name.dropFirst("text.transformer.".count)
      if name.contains("layer.1."), name.contains("LayerNorm.") {
        name = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing(
          "LayerNorm.bias", with: "LayerNorm.beta")
      }
      #expect(try parameters.part(declaration, of: parameters.values).array == golden.floats(name), "\(name)")
    }
  }

  @Test func `what is missing is named`() throws {
    let model = CLIPModel(try Variant.configuration("text.bert_pooled"), seed: 0)
    let error = #expect(throws: ModelDirectoryError.self) { try model.loadBERT(from: path) }
    #expect(error?.description.contains("text.transformer.pooler.dense.bias") == true)
  }

  @Test func `positions of another length are refused with both shapes`() throws {
    let model = CLIPModel(try Variant.configuration("text.roberta"), seed: 0)
    let error = #expect(throws: ModelDirectoryError.self) { try model.loadBERT(from: path) }
    #expect(error?.description.contains("[10, 16]") == true && error?.description.contains("[12, 16]") == true)
  }

  @Test func `a model without BERT says so`() throws {
    let model = CLIPModel(try Variant.configuration("text.plain"), seed: 0)
    #expect(throws: ModelConfigurationError.self) { try model.loadBERT(from: path) }
  }
}
