import CLIP
import Engine
import Files
import Foundation
import TestSupport
import Testing
import TorchFiles

/// A model as OpenCLIP's training saves it: `Tests/Golden/torch_files.py`.
@Suite struct TorchModelTests {
  static let json = """
    {"embed_dim": 8,
     "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8},
     "text_cfg": {"context_length": 8, "vocab_size": 20, "width": 16, "heads": 2, "layers": 1}}
    """
  private let path = Golden.path("torch_files/model.pt")

  private func expectEqual(_ model: CLIPModel, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = try TorchFile(reading: path)
    #expect(file.entries.count == model.parameters.declarations.count, sourceLocation: sourceLocation)
    for declaration in model.parameters.declarations {
      var values = [Float](repeating: .nan, count: declaration.count)
      try values.withUnsafeMutableBufferPointer { try file.copy(declaration.name, into: $0) }
      let found = model.parameters.part(declaration, of: model.parameters.values).array
      #expect(found == values, "\(declaration.name)", sourceLocation: sourceLocation)
    }
  }

  @Test func `a checkpoint of PyTorch's is a model's weights`() throws {
    let configuration = try ModelConfiguration(json: Data(Self.json.utf8))
    try expectEqual(CLIPModel(configuration, weights: path))
    let begun = CLIPModel(configuration, seed: 1)
    try begun.load(from: path)
    try expectEqual(begun)
  }

  @Test(arguments: ["open_clip_pytorch_model.bin", "epoch_32.pt"])
  func `a directory with one is a model directory`(_ name: String) throws {
    try temporaryDirectory { directory in
      try Data(Self.json.utf8).write(to: URL(fileURLWithPath: directory + "/open_clip_config.json"))
      try FileManager.default.copyItem(atPath: path, toPath: "\(directory)/\(name)")
      try expectEqual(ModelDirectory(directory).load())
      #expect(try ModelInventory(of: directory).problem == nil)
      let inventory = try ModelInventory(of: "\(directory)/\(name)")
      let counted = try ModelInventory(of: directory).parameters()
      #expect(inventory.kind == .torch && inventory.parameters() == counted)
    }
  }

  @Test func `weights of another model are refused with what differs`() throws {
    let other = try ModelConfiguration(
      json: Data(Self.json.replacing("\"embed_dim\": 8", with: "\"embed_dim\": 9").utf8))
    let error = #expect(throws: ModelDirectoryError.self) { try CLIPModel(other, weights: path) }
    #expect(error?.description.contains("visual.proj as [16, 8] ([16, 9] in the model)") == true)
  }

  @Test(arguments: ["x.pt", "x.safetensors"])
  func `what is no regular file is refused, and not waited for`(_ name: String) throws {
    try temporaryDirectory { directory in
      let path = directory + "/" + name
      try #require(mkfifo(path, 0o600) == 0)
      let model = CLIPModel(try Variant.configuration("text.bert_mean"), seed: 0)
      for tower in [nil, Tower.text] {
        let error = #expect(throws: FileError.self) { try model.load(tower, from: path) }
        #expect(error?.description.contains("not a regular file") == true, "\(String(describing: error))")
      }
    }
  }
}
