/// Where unit features of a pair come from that a loss has a gradient for: an output of the encoders.
public enum FeatureSource: Sendable, CaseIterable {
  case images, texts
  /// The projection of DeiT's distillation token, which learns from a teacher alone; its mean with the class token's is
  /// `images`.
  case distillationToken
}
