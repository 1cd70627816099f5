// What attention to all of a short sequence is made of: f32 matrices of one head that stay in the caches.
//
// Matrices are row-major; row lengths are multiples of 16 and their memory is aligned to 64 bytes.
#pragma once
#include "kernel.h"

// 16 numbers at a time: one register of AVX-512, and the compiler cuts it up for less.
typedef float ck_vector __attribute__((vector_size(64), may_alias));
typedef int32_t ck_lanes __attribute__((vector_size(64), may_alias));

#define CK_VECTOR ((size_t)16)

CK_INLINE size_t ck_whole_vectors(size_t count) { return (count + CK_VECTOR - 1) / CK_VECTOR * CK_VECTOR; }

// What a causal mask leaves of a product: row r stands at `diagonal + r`, or (FROM) inner step k at `diagonal + k`.
typedef enum {
  CK_WHOLE,
  // Columns 0...diagonal + r of row r; what a vector or a tile reaches beyond is computed too.
  CK_COLUMNS_TO_DIAGONAL,
  // a is zero beyond inner step diagonal + r,
  CK_INNER_TO_DIAGONAL,
  // or before the inner step k of which diagonal + k is r.
  CK_INNER_FROM_DIAGONAL,
} ck_part;

// small_product.c: c[rows, columns] = a[rows, inner] b[inner, columns], or += with `adds`. c_row and b_row are row lengths, a's
// numbers are a_row and a_column apart: a may be transposed. Columns: a multiple of 16.
void ck_small_product(float *c, size_t c_row, const float *a, size_t a_row, size_t a_column, const float *b,
                      size_t b_row, size_t rows, size_t columns, size_t inner, ck_part part, size_t diagonal, int adds);

// small_turn.c: y[columns, rows] = x[rows, columns] transposed; both multiples of 16.
void ck_small_turn(float *y, const float *x, size_t rows, size_t columns);

// The most rows that softmax takes at once.
#define CK_SMALL_ROWS 64

// small_softmax.c: rows of scores, as logarithms to base 2, become probabilities. Row r sees `seen` columns, with `causal`
// seen + r; the rest of its last vector and one more vector become 0, further than which no tile of 8 rows looks.
void ck_small_softmax(float *p, size_t rows, size_t row_length, size_t seen, int causal);
// dp becomes p (dp - sum(p dp)), and 0 where p does.
void ck_small_softmax_backward(float *dp, const float *p, size_t rows, size_t row_length, size_t seen, int causal);
