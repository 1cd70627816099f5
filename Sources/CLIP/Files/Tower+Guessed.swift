import Engine

extension Tower {
  /// The tower of a tensor in a file of any origin, guessed from its name: OpenCLIP keeps pictures' below `visual`,
  /// Hugging Face below `vision_model` and `visual_projection`. Nil for the scale and the bias of logits; texts' are
  /// all others.
  init?(guessedFrom name: String) {
    if ["visual.", "vision_model.", "visual_projection."].contains(where: name.hasPrefix) {
      self = .image
    } else if ["logit_scale", "logit_bias"].contains(name) {
      return nil
    } else {
      self = .text
    }
  }
}
