#include "kernel.h"
#include "largest.h"

// As ck_lse_rows over the pairs that take part; a tile without any leaves its row as it was.
CK_SIMD
void ck_masked_lse_rows(float *restrict maximum, float *restrict sum, float *restrict positives, float *restrict seen,
                        const float *restrict tile, const uint8_t *restrict mask, float scale, size_t rows,
                        size_t columns) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *row = tile + r * columns;
    const uint8_t *m = mask + r * columns;
    const float largest = ck_masked_largest(row, m, CK_IN_ROW, columns);
    float positive = 0, count = 0;
    for (size_t i = 0; i < columns; i++) {
      positive += m[i] & CK_POSITIVE ? row[i] : 0;
      count += m[i] & CK_IN_ROW ? 1 : 0;
    }
    positives[r] += positive;
    seen[r] += count;
    if (count == 0) continue;
    const float before = maximum[r], after = largest * scale > before ? largest * scale : before;
    float added = 0;
    for (size_t i = 0; i < columns; i++) {
      const float e = ck_exp(row[i] * scale - after);
      added += m[i] & CK_IN_ROW ? e : 0;
    }
    sum[r] = (sum[r] > 0 ? sum[r] * ck_exp(before - after) : 0) + added;
    maximum[r] = after;
  }
}

#define STRIP 64

CK_SIMD
void ck_masked_lse_columns(float *restrict maximum, float *restrict sum, float *restrict positives,
                           float *restrict seen, const float *restrict tile, const uint8_t *restrict mask, float scale,
                           size_t rows, size_t columns, size_t first, size_t last) {
  for (size_t at = first; at < last; at += STRIP) {
    const size_t strip = last - at < STRIP ? last - at : STRIP;
    float largest[STRIP], positive[STRIP], count[STRIP], added[STRIP];
    for (size_t i = 0; i < strip; i++) {
      largest[i] = -FLT_MAX;
      positive[i] = count[i] = added[i] = 0;
    }
    for (size_t r = 0; r < rows; r++) {
      const float *row = tile + r * columns + at;
      const uint8_t *m = mask + r * columns + at;
      for (size_t i = 0; i < strip; i++) {
        const float s = m[i] & CK_IN_COLUMN ? row[i] : -FLT_MAX;
        largest[i] = s > largest[i] ? s : largest[i];
        positive[i] += m[i] & CK_POSITIVE ? row[i] : 0;
        count[i] += m[i] & CK_IN_COLUMN ? 1 : 0;
      }
    }
    for (size_t i = 0; i < strip; i++) {
      positives[at + i] += positive[i];
      seen[at + i] += count[i];
      const float before = maximum[at + i];
      const float after = count[i] > 0 && largest[i] * scale > before ? largest[i] * scale : before;
      sum[at + i] = sum[at + i] > 0 ? sum[at + i] * ck_exp(before - after) : 0;
      maximum[at + i] = after;
    }
    for (size_t r = 0; r < rows; r++) {
      const float *row = tile + r * columns + at;
      const uint8_t *m = mask + r * columns + at;
      for (size_t i = 0; i < strip; i++) {
        const float e = ck_exp(row[i] * scale - maximum[at + i]);
        added[i] += m[i] & CK_IN_COLUMN ? e : 0;
      }
    }
    for (size_t i = 0; i < strip; i++) sum[at + i] += added[i];
  }
}

CK_SIMD
void ck_masked_tile(float *restrict tile, float *restrict row_sums, float *restrict column_sums,
                    const uint8_t *restrict mask, const float *restrict row_pivots, const float *restrict column_pivots,
                    const float *restrict row_targets, const float *restrict column_targets, float scale, float factor,
                    size_t rows, size_t columns) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    float *row = tile + r * columns;
    const uint8_t *m = mask + r * columns;
    float row_sum = 0, column_sum = 0;
    for (size_t i = 0; i < columns; i++) {
      const float s = row[i];
      // Clamped, so what doesn't take part stays finite and is left out.
      const float ep = ck_exp(scale * s - row_pivots[r]), eq = ck_exp(scale * s - column_pivots[i]);
      const float p = (m[i] & CK_IN_ROW ? ep : 0) - (m[i] & CK_POSITIVE ? row_targets[r] : 0);
      const float q = (m[i] & CK_IN_COLUMN ? eq : 0) - (m[i] & CK_POSITIVE ? column_targets[i] : 0);
      row_sum += p * s;
      column_sum += q * s;
      row[i] = factor * (p + q);
    }
    row_sums[r] = row_sum;
    column_sums[r] = column_sum;
  }
}
