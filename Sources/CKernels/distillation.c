#include "kernel.h"

CK_SIMD
void ck_distill(float *restrict dx, float *restrict cosine, const float *restrict x, const float *restrict teacher,
                float factor, size_t rows, size_t width) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * width, *tr = teacher + r * width;
    float *dxr = dx + r * width;
    float dot = 0;
    for (size_t i = 0; i < width; i++) {
      dot += xr[i] * tr[i];
      dxr[i] -= factor * tr[i];
    }
    cosine[r] = dot;
  }
}
