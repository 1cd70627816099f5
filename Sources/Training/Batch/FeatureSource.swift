/// What of a pair a loss has a gradient for: an output of the encoders, unit features but for the last.
public enum FeatureSource: Sendable, CaseIterable {
  case images, texts
  /// The projection of DeiT's distillation token, which learns from a teacher alone; its mean with the class token's is
  /// `images`.
  case distillationToken
  /// A picture's products with the classes' vectors, of a supervised model.
  case classProducts
  /// Those of a supervised model's two heads, one after the other in a row: see `CLIPModel.headProducts`.
  case headProducts
  /// Of captions that are wrong of a picture, so many rows a pair.
  case hardNegatives
}
