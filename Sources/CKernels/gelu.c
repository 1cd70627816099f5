#include "kernel.h"

CK_SIMD
void ck_gelu_forward(float *restrict y, const float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = 0.5f * x[i] * (1 + ck_erf(x[i] * 0.70710678f));
}

CK_INLINE float gelu_slope(float x) {
  const float density = 0.39894228f * ck_exp(-0.5f * x * x);
  return 0.5f * (1 + ck_erf(x * 0.70710678f)) + x * density;
}

CK_SIMD
void ck_gelu_backward(float *restrict dx, const float *restrict dy, const float *restrict x, size_t count, int adds) {
  if (adds)
    for (size_t i = 0; i < count; i++) dx[i] += dy[i] * gelu_slope(x[i]);
  else
    for (size_t i = 0; i < count; i++) dx[i] = dy[i] * gelu_slope(x[i]);
}

// x * sigmoid(1.702 x), OpenAI's approximation.
CK_SIMD
void ck_quick_gelu_forward(float *restrict y, const float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] / (1 + ck_exp(-1.702f * x[i]));
}

CK_INLINE float quick_gelu_slope(float x) {
  const float sigmoid = 1 / (1 + ck_exp(-1.702f * x));
  return sigmoid * (1 + 1.702f * x * (1 - sigmoid));
}

CK_SIMD
void ck_quick_gelu_backward(float *restrict dx, const float *restrict dy, const float *restrict x, size_t count,
                            int adds) {
  if (adds)
    for (size_t i = 0; i < count; i++) dx[i] += dy[i] * quick_gelu_slope(x[i]);
  else
    for (size_t i = 0; i < count; i++) dx[i] = dy[i] * quick_gelu_slope(x[i]);
}
