#include "kernel.h"

// As torch.optim.AdamW: v += -lr * wd * v first, then -lr * (m / correction1) / (sqrt(n / correction2) + epsilon).
CK_SIMD
void ck_adamw(float *restrict value, float *restrict first_moment, float *restrict second_moment,
              const float *restrict gradient, float gradient_scale, float learning_rate, float beta1, float beta2,
              float epsilon, float weight_decay, float correction1, float correction2, size_t count) {
  const float kept = 1 - learning_rate * weight_decay, rate = learning_rate / correction1;
  const float root = 1 / __builtin_sqrtf(correction2);
  for (size_t i = 0; i < count; i++) {
    const float g = gradient[i] * gradient_scale;
    const float m = beta1 * first_moment[i] + (1 - beta1) * g;
    const float n = beta2 * second_moment[i] + (1 - beta2) * g * g;
    first_moment[i] = m;
    second_moment[i] = n;
    value[i] = value[i] * kept - rate * m / (__builtin_sqrtf(n) * root + epsilon);
  }
}
