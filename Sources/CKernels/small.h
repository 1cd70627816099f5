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

// Rows of memory that are wanted soon, fetched a few at a time while products run: a head's rows lie too far apart for the
// processor to foresee the next one.
typedef struct {
  struct {
    const char *at;
    size_t apart, rows, bytes;
    int written;
  } parts[8];
  size_t count, part, row;
} ck_soon;

CK_INLINE void ck_want(ck_soon *soon, const void *at, size_t apart, size_t rows, size_t bytes, int written) {
  soon->parts[soon->count].at = at;
  soon->parts[soon->count].apart = apart;
  soon->parts[soon->count].rows = rows;
  soon->parts[soon->count].bytes = bytes;
  soon->parts[soon->count++].written = written;
}

// Twelve rows with every tile: enough for the next head to have come, too few to wait for.
CK_INLINE void ck_fetch(ck_soon *soon) {
  for (size_t n = 0; n < 12 && soon->part < soon->count; n++) {
    const char *at = soon->parts[soon->part].at + soon->row * soon->parts[soon->part].apart;
    for (size_t i = 0; i < soon->parts[soon->part].bytes; i += 64)
      if (soon->parts[soon->part].written)
        __builtin_prefetch(at + i, 1, 2);
      else
        __builtin_prefetch(at + i, 0, 2);
    if (++soon->row < soon->parts[soon->part].rows) continue;
    soon->row = 0;
    soon->part++;
  }
}

// small_product.c: c[rows, columns] = a[rows, inner] b[inner, columns], or += with `adds`. c_row and b_row are row lengths, a's
// numbers are a_row and a_column apart: a may be transposed. Columns: a multiple of 16.
void ck_small_product(float *c, size_t c_row, const float *a, size_t a_row, size_t a_column, const float *b,
                      size_t b_row, size_t rows, size_t columns, size_t inner, ck_part part, size_t diagonal, int adds,
                      ck_soon *soon);

// small_turn.c: y[columns, rows] = x[rows, columns] transposed; both multiples of 16.
void ck_small_turn(float *y, const float *x, size_t rows, size_t columns);

// The most rows that softmax takes at once.
#define CK_SMALL_ROWS 64

// small_softmax.c: rows of scores become probabilities, 2^(scale * score) over their sum. Row r sees `seen` columns, with `causal`
// seen + r; the rest of its last vector and one more vector become 0, further than which no tile of 8 rows looks.
void ck_small_softmax(float *p, float scale, size_t rows, size_t row_length, size_t seen, int causal);
// dp becomes p (dp - sum(p dp)), and 0 where p does.
void ck_small_softmax_backward(float *dp, const float *p, size_t rows, size_t row_length, size_t seen, int causal);

// Queries go by in blocks of about equal size, so that their probabilities stay in the caches. Blocks begin at even rows and
// have at most CK_SMALL_ROWS.
CK_INLINE size_t ck_blocks(size_t length) { return (length + CK_SMALL_ROWS - 3) / (CK_SMALL_ROWS - 2); }

CK_INLINE size_t ck_block_end(size_t length, size_t b) {
  const size_t blocks = ck_blocks(length), end = length * (b + 1) / blocks;
  return b + 1 == blocks ? length : end / 2 * 2;
}

#define CK_LOG2_E 1.44269504f

// attention_pairs.c: attention in bf16 by the instructions for it, where the processor has them and the width is even.
int ck_attention_in_pairs(size_t width);
void ck_attention_pairs_forward(ck_bf16 *y, const ck_bf16 *packed, float *scratch, float scale, size_t first,
                                size_t last, size_t length, size_t heads, size_t width, int causal);
void ck_attention_pairs_backward(ck_bf16 *dpacked, const ck_bf16 *dy, const ck_bf16 *packed, float *scratch,
                                 float scale, size_t first, size_t last, size_t length, size_t heads, size_t width,
                                 int causal, int adds);
