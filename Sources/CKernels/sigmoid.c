#include "kernel.h"
#include "largest.h"

// ln(1 + y) for y in [0, 1], to 2e-7 of it: 2 atanh(z), z = y / (2 + y) <= 1/3, by its series.
CK_INLINE float ck_log1p(float y) {
  const float z = y / (2 + y), s = z * z;
  float p = 1.0f / 13;
  p = __builtin_fmaf(p, s, 1.0f / 11);
  p = __builtin_fmaf(p, s, 1.0f / 9);
  p = __builtin_fmaf(p, s, 1.0f / 7);
  p = __builtin_fmaf(p, s, 1.0f / 5);
  p = __builtin_fmaf(p, s, 1.0f / 3);
  return 2 * __builtin_fmaf(p * s, z, z);
}

// x = -z l: a pair's loss is softplus(x) = -ln sigmoid(z l), whose slope in l is -z sigmoid(x).
CK_SIMD
void ck_sigmoid_tile(float *restrict tile, float *restrict losses, float *restrict similarity_sums,
                     float *restrict weight_sums, const uint8_t *restrict mask, float scale, float bias, float factor,
                     size_t rows, size_t columns) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    float *row = tile + r * columns;
    const uint8_t *m = mask + r * columns;
    float loss = 0, similarity_sum = 0, weight_sum = 0;
    for (size_t i = 0; i < columns; i++) {
      const float s = row[i];
      const float weight = (m[i] & CK_IN_ROW ? 0.5f : 0) + (m[i] & CK_IN_COLUMN ? 0.5f : 0);
      const float sign = m[i] & CK_POSITIVE ? -1 : 1;
      const float x = sign * (scale * s + bias);
      const float e = ck_exp(x > 0 ? -x : x);
      const float sigmoid = (x > 0 ? 1 : e) / (1 + e);
      loss += weight * ((x > 0 ? x : 0) + ck_log1p(e));
      const float slope = weight * sign * sigmoid;
      similarity_sum += slope * s;
      weight_sum += slope;
      row[i] = factor * slope;
    }
    losses[r] = loss;
    similarity_sums[r] = similarity_sum;
    weight_sums[r] = weight_sum;
  }
}

CK_SIMD
void ck_masked_largest_rows(float *restrict largest, const float *restrict tile, const uint8_t *restrict mask,
                            size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float found = ck_masked_largest(tile + r * columns, mask + r * columns, CK_IN_ROW, columns);
    largest[r] = found > largest[r] ? found : largest[r];
  }
}

CK_SIMD
void ck_masked_largest_columns(float *restrict largest, const float *restrict tile, const uint8_t *restrict mask,
                               size_t rows, size_t columns, size_t first, size_t last) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t i = first; i < last; i++) {
      const float s = mask[r * columns + i] & CK_IN_COLUMN ? tile[r * columns + i] : -FLT_MAX;
      largest[i] = s > largest[i] ? s : largest[i];
    }
  }
}
