import CLIP
import Engine

extension CLIPModel {
  /// What is added to all logits; 0 unless the model's configuration has `init_logit_bias`.
  var bias: Float { logBias?.tensor.array[0] ?? 0 }
}
