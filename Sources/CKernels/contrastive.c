#include "kernel.h"
#include "largest.h"

CK_SIMD
void ck_lse_rows(float *restrict maximum, float *restrict sum, const float *restrict tile, float scale, size_t rows,
                 size_t columns) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    const float *row = tile + r * columns;
    const float largest = ck_largest(row, columns);
    const float before = maximum[r], after = largest * scale > before ? largest * scale : before;
    float added = 0;
    for (size_t i = 0; i < columns; i++) added += ck_exp(row[i] * scale - after);
    // ck_exp clamps, so an empty sum must not be rescaled from minus infinity.
    sum[r] = (sum[r] > 0 ? sum[r] * ck_exp(before - after) : 0) + added;
    maximum[r] = after;
  }
}

// Strips of columns that stay in the first-level cache while the rows go by three times.
#define STRIP 64

CK_SIMD
void ck_lse_columns(float *restrict maximum, float *restrict sum, const float *restrict tile, float scale, size_t rows,
                    size_t columns, size_t first, size_t last) {
  for (size_t at = first; at < last; at += STRIP) {
    const size_t strip = last - at < STRIP ? last - at : STRIP;
    float largest[STRIP], added[STRIP];
    for (size_t i = 0; i < strip; i++) {
      largest[i] = tile[at + i];
      added[i] = 0;
    }
    for (size_t r = 1; r < rows; r++) {
      const float *row = tile + r * columns + at;
      for (size_t i = 0; i < strip; i++) largest[i] = row[i] > largest[i] ? row[i] : largest[i];
    }
    for (size_t i = 0; i < strip; i++) {
      const float before = maximum[at + i], after = largest[i] * scale > before ? largest[i] * scale : before;
      sum[at + i] = sum[at + i] > 0 ? sum[at + i] * ck_exp(before - after) : 0;
      maximum[at + i] = after;
    }
    for (size_t r = 0; r < rows; r++) {
      const float *row = tile + r * columns + at;
      for (size_t i = 0; i < strip; i++) added[i] += ck_exp(row[i] * scale - maximum[at + i]);
    }
    for (size_t i = 0; i < strip; i++) sum[at + i] += added[i];
  }
}

void ck_lse_finish(float *restrict lse, const float *restrict maximum, const float *restrict sum, size_t count) {
  for (size_t i = 0; i < count; i++) lse[i] = maximum[i] + __builtin_logf(sum[i]);
}

CK_SIMD
void ck_contrastive_tile(float *restrict tile, float *restrict row_sums, float *restrict column_sums,
                         const float *restrict lse_rows, const float *restrict lse_columns, float scale, size_t rows,
                         size_t columns) {
  CK_REORDER_SUMS
  for (size_t r = 0; r < rows; r++) {
    float *row = tile + r * columns;
    float row_sum = 0, column_sum = 0;
    for (size_t i = 0; i < columns; i++) {
      const float s = row[i];
      const float p = ck_exp(scale * s - lse_rows[r]), q = ck_exp(scale * s - lse_columns[i]);
      row_sum += p * s;
      column_sum += q * s;
      row[i] = p + q;
    }
    row_sums[r] = row_sum;
    column_sums[r] = column_sum;
  }
}

CK_SIMD
void ck_contrastive_finish(float *restrict d, const float *restrict partner, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) d[i] = factor * (d[i] - 2 * partner[i]);
}
