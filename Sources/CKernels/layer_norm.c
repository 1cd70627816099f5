#include "kernel.h"

#define CK_LAYER_NORM_EPSILON 1e-5f

CK_SIMD
void ck_layer_norm_forward(float *restrict y, float *restrict mean, float *restrict rstd, const float *restrict x,
                           const float *restrict weight, const float *restrict bias, size_t rows, size_t width) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * width;
    float *yr = y + r * width;
    float sum = 0, squares = 0;
    for (size_t i = 0; i < width; i++) sum += xr[i];
    const float m = sum / (float)width;
    for (size_t i = 0; i < width; i++) squares += (xr[i] - m) * (xr[i] - m);
    const float s = 1 / __builtin_sqrtf(squares / (float)width + CK_LAYER_NORM_EPSILON);
    for (size_t i = 0; i < width; i++) yr[i] = (xr[i] - m) * s * weight[i] + bias[i];
    mean[r] = m;
    rstd[r] = s;
  }
}

// With n = (x - mean) * rstd and g = dy * weight:  dx = rstd * (g - mean(g) - n * mean(g * n)).
CK_SIMD
void ck_layer_norm_backward(float *restrict dx, const float *restrict dy, const float *restrict x,
                            const float *restrict weight, const float *restrict mean, const float *restrict rstd,
                            size_t rows, size_t width, int adds) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *dyr = dy + r * width, *xr = x + r * width;
    float *dxr = dx + r * width;
    const float m = mean[r], s = rstd[r];
    float sum = 0, along = 0;
    for (size_t i = 0; i < width; i++) {
      const float g = dyr[i] * weight[i];
      sum += g;
      along += g * ((xr[i] - m) * s);
    }
    sum /= (float)width;
    along /= (float)width;
    if (adds)
      for (size_t i = 0; i < width; i++) dxr[i] += s * (dyr[i] * weight[i] - sum - (xr[i] - m) * s * along);
    else
      for (size_t i = 0; i < width; i++) dxr[i] = s * (dyr[i] * weight[i] - sum - (xr[i] - m) * s * along);
  }
}

CK_SIMD
void ck_layer_norm_backward_parameters(float *restrict dweight, float *restrict dbias, const float *restrict dy,
                                       const float *restrict x, const float *restrict mean, const float *restrict rstd,
                                       size_t rows, size_t width, size_t first, size_t last, int adds) {
  if (!adds)
    for (size_t i = first; i < last; i++) dweight[i] = dbias[i] = 0;
  for (size_t r = 0; r < rows; r++) {
    const float *dyr = dy + r * width, *xr = x + r * width;
    const float m = mean[r], s = rstd[r];
    for (size_t i = first; i < last; i++) {
      dweight[i] += dyr[i] * ((xr[i] - m) * s);
      dbias[i] += dyr[i];
    }
  }
}
