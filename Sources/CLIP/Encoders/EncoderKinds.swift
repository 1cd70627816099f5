/// The kinds of encoders, each a folder beside this file: a new one is a folder and a line here.
enum EncoderKinds {
  /// The first kind is read whose names have `arch` among them, or that is meant by the other fields.
  static let image: [any ImageTower.Type] = [
    ModelConfiguration.ResNet.self, ModelConfiguration.VGG.self, ModelConfiguration.ModifiedResNet.self,
    ModelConfiguration.TimmViT.self, ModelConfiguration.ViT.self,
  ]

  /// The first kind is read that is meant by the fields.
  static let text: [any TextTower.Type] = [
    ModelConfiguration.Classes.self, ModelConfiguration.BERT.self, ModelConfiguration.GPT.self,
  ]
}
