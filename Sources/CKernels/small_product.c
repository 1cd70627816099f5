#include "small.h"

// One tile of c, in registers while the inner steps go by. Rows and vectors are constants after inlining.
CK_INLINE void tile(float *restrict c, size_t c_row, const float *restrict a, size_t a_row, size_t a_column,
                    const float *restrict b, size_t b_row, size_t inner, int adds, const size_t rows,
                    const size_t vectors) {
#pragma clang fp contract(fast)
  ck_vector sums[8][4];
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < vectors; v++)
      sums[r][v] = adds ? *(const ck_vector *)(c + r * c_row + v * CK_VECTOR) : (ck_vector){0};
  for (size_t k = 0; k < inner; k++) {
    ck_vector row[4];
    for (size_t v = 0; v < vectors; v++) row[v] = *(const ck_vector *)(b + k * b_row + v * CK_VECTOR);
    for (size_t r = 0; r < rows; r++) {
      const float factor = a[r * a_row + k * a_column];
      for (size_t v = 0; v < vectors; v++) sums[r][v] += factor * row[v];
    }
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < vectors; v++) *(ck_vector *)(c + r * c_row + v * CK_VECTOR) = sums[r][v];
}

// The tiles that 32 registers of 16 hold: at most 8 x 3 or 6 x 4 sums. Every height below has its own, so none is padded.
#define TILE(rows, vectors) \
  case rows * 8 + vectors: return tile(c, c_row, a, a_row, a_column, b, b_row, inner, adds, rows, vectors);
#define TILES_UP_TO_6(vectors) TILE(1, vectors) TILE(2, vectors) TILE(3, vectors) TILE(4, vectors) TILE(5, vectors) TILE(6, vectors)
#define TILES_UP_TO_8(vectors) TILES_UP_TO_6(vectors) TILE(7, vectors) TILE(8, vectors)

CK_INLINE void any_tile(float *c, size_t c_row, const float *a, size_t a_row, size_t a_column, const float *b,
                        size_t b_row, size_t inner, int adds, size_t rows, size_t vectors) {
  switch (rows * 8 + vectors) {
    TILES_UP_TO_8(1)
    TILES_UP_TO_8(2)
    TILES_UP_TO_8(3)
    TILES_UP_TO_6(4)
  }
}

// Sixteen registers of 8 hold 6 x 1 sums.
CK_INLINE size_t most_vectors(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") ? 4 : 1;
#else
  return 1;
#endif
}

CK_SIMD
void ck_small_product(float *c, size_t c_row, const float *a, size_t a_row, size_t a_column, const float *b,
                      size_t b_row, size_t rows, size_t columns, size_t inner, ck_part part, size_t diagonal,
                      int adds) {
  const size_t all = columns / CK_VECTOR, most = most_vectors();
  // Tiles of about equal size: a sliver at the end would leave the multipliers waiting for each other.
  const size_t strips = (all + most - 1) / most;
  for (size_t s = 0; s < strips; s++) {
    const size_t left = all * s / strips, vectors = all * (s + 1) / strips - left;
    const size_t highest = vectors == 4 || most == 1 ? 6 : 8, tiles = (rows + highest - 1) / highest;
    for (size_t t = 0; t < tiles; t++) {
      const size_t top = rows * t / tiles, bottom = rows * (t + 1) / tiles, at = left * CK_VECTOR;
      size_t first = 0, last = inner, wide = vectors;
      if (part == CK_INNER_TO_DIAGONAL && diagonal + bottom < inner) last = diagonal + bottom;
      if (part == CK_INNER_FROM_DIAGONAL && top > diagonal) first = top - diagonal;
      if (part == CK_COLUMNS_TO_DIAGONAL) {
        const size_t end = ck_whole_vectors(diagonal + bottom) / CK_VECTOR;
        if (end <= left) continue;
        if (end < left + vectors) wide = end - left;
      }
      any_tile(c + top * c_row + at, c_row, a + top * a_row + first * a_column, a_row, a_column,
               b + first * b_row + at, b_row, last - first, adds, bottom - top, wide);
    }
  }
}
