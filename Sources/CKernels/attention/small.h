// What attention to all of a short sequence is made of: f32 matrices of one head that stay in the caches.
//
// Matrices are row-major; row lengths are multiples of 16 and their memory is aligned to 64 bytes.
#pragma once
#include "../kernel.h"

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

// Rows of memory that are wanted soon, fetched a few at a time while products run: a head's rows lie too far apart for
// the processor to foresee the next one.
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

// The most rows that softmax takes at once.
#define CK_SMALL_ROWS 64

// Queries go by in blocks of about equal size, so that their probabilities stay in the caches. Blocks begin at even
// rows and have at most CK_SMALL_ROWS.
CK_INLINE size_t ck_blocks(size_t length) { return (length + CK_SMALL_ROWS - 3) / (CK_SMALL_ROWS - 2); }

CK_INLINE size_t ck_block_end(size_t length, size_t b) {
  const size_t blocks = ck_blocks(length), end = length * (b + 1) / blocks;
  return b + 1 == blocks ? length : end / 2 * 2;
}

#define CK_LOG2_E 1.44269504f
