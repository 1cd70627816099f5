#include "kernel.h"

// A row shorter than 1e-12 is divided by 1e-12, as PyTorch's normalize does: zeros stay zeros.
CK_SIMD
void ck_unit_rows_forward(float *restrict y, float *restrict norm, const float *restrict x, size_t rows, size_t width) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * width;
    float squares = 0;
    for (size_t i = 0; i < width; i++) squares += xr[i] * xr[i];
    const float length = __builtin_sqrtf(squares);
    norm[r] = length > 1e-12f ? length : 1e-12f;
    const float scale = 1 / norm[r];
    for (size_t i = 0; i < width; i++) y[r * width + i] = xr[i] * scale;
  }
}

// With y = x / |x|:  dx = (dy - y (y . dy)) / |x|, what is left of dy once its part along y is taken out.
CK_SIMD
void ck_unit_rows_backward(float *restrict dx, const float *restrict dy, const float *restrict y,
                           const float *restrict norm, size_t rows, size_t width, int adds) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *dyr = dy + r * width, *yr = y + r * width;
    float *dxr = dx + r * width;
    float along = 0;
    for (size_t i = 0; i < width; i++) along += yr[i] * dyr[i];
    const float scale = 1 / norm[r];
    for (size_t i = 0; i < width; i++) dxr[i] = (adds ? dxr[i] : 0) + (dyr[i] - yr[i] * along) * scale;
  }
}
