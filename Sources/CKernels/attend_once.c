#include "kernel.h"

// Keys and values of a sequence: rows [length] of [2, heads, width]. p is [batch, heads, length]; what a query doesn't see is 0.

CK_SIMD
void ck_attend_once_forward(float *restrict y, float *restrict p, const float *restrict query,
                            const float *restrict packed, const int32_t *restrict seen, float scale, size_t first,
                            size_t last, size_t length, size_t heads, size_t width) {
  CK_REORDER_SUMS
  const size_t row = 2 * heads * width;
  for (size_t b = first; b < last; b++)
    for (size_t h = 0; h < heads; h++) {
      const float *q = query + (b * heads + h) * width, *k = packed + b * length * row + h * width;
      const float *v = k + heads * width;
      float *pr = p + (b * heads + h) * length, *yr = y + (b * heads + h) * width;
      const size_t kept = (size_t)seen[b];
      float largest = -__builtin_inff(), sum = 0;
      for (size_t l = 0; l < kept; l++) {
        float dot = 0;
        for (size_t i = 0; i < width; i++) dot += q[i] * k[l * row + i];
        pr[l] = dot * scale;
        largest = pr[l] > largest ? pr[l] : largest;
      }
      for (size_t l = 0; l < kept; l++) {
        pr[l] = ck_exp(pr[l] - largest);
        sum += pr[l];
      }
      for (size_t l = 0; l < length; l++) pr[l] = l < kept ? pr[l] / sum : 0;
      for (size_t i = 0; i < width; i++) yr[i] = 0;
      for (size_t l = 0; l < kept; l++)
        for (size_t i = 0; i < width; i++) yr[i] += pr[l] * v[l * row + i];
    }
}

// dv = p dy,  ds = scale p (dy . v - sum(p (dy . v))),  dq = sum(ds k),  dk = ds q. Overwrites dquery and dpacked.
CK_SIMD
void ck_attend_once_backward(float *restrict dquery, float *restrict dpacked, const float *restrict dy,
                             const float *restrict p, const float *restrict query, const float *restrict packed,
                             const int32_t *restrict seen, float scale, size_t first, size_t last, size_t length,
                             size_t heads, size_t width) {
  CK_REORDER_SUMS
  const size_t row = 2 * heads * width;
  for (size_t b = first; b < last; b++)
    for (size_t h = 0; h < heads; h++) {
      const size_t at = b * length * row + h * width;
      const float *q = query + (b * heads + h) * width, *k = packed + at, *v = k + heads * width;
      const float *dyr = dy + (b * heads + h) * width, *pr = p + (b * heads + h) * length;
      float *dq = dquery + (b * heads + h) * width, *dk = dpacked + at, *dv = dk + heads * width;
      const size_t kept = (size_t)seen[b];
      float along = 0;
      for (size_t i = 0; i < width; i++) dq[i] = 0;
      // dk's first number holds dy . v until the sum over all rows is known.
      for (size_t l = 0; l < kept; l++) {
        float dot = 0;
        for (size_t i = 0; i < width; i++) dot += dyr[i] * v[l * row + i];
        dk[l * row] = dot;
        along += pr[l] * dot;
      }
      for (size_t l = 0; l < length; l++) {
        const float ds = l < kept ? scale * pr[l] * (dk[l * row] - along) : 0;
        for (size_t i = 0; i < width; i++) {
          dq[i] += ds * k[l * row + i];
          dk[l * row + i] = ds * q[i];
          dv[l * row + i] = pr[l] * dyr[i];
        }
      }
    }
}
