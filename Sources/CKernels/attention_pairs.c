#include "small.h"

#if defined(__x86_64__)
#include <immintrin.h>

// One 32-bit unit holds two bf16 numbers, and one instruction multiplies 16 pairs of them and adds both products to 16 sums.
// Rows of numbers are rows of half as many units as they are (`natural`); pairs along the other dimension are made by
// joining two rows (`joined`). Probabilities and their gradients are rounded to bf16 for it.
#define PAIRS __attribute__((target("arch=x86-64-v4,avx512bf16")))
#define PAIRS_INLINE PAIRS static inline __attribute__((always_inline))

#define NAME pair_product
#define CLONES PAIRS static
#define INLINE PAIRS_INLINE
#define STEP(sum, factor, row)                                                                   \
  (sum) = (ck_vector)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_epi32(*(const unit *)(factor)), (__m512bh)(row))
#define AT_ONCE 2
#define MOST_VECTORS 4
typedef int32_t unit __attribute__((may_alias, aligned(2)));
#include "small_product.inc"

int ck_attention_in_pairs(size_t width) {
  return width % 2 == 0 && __builtin_cpu_supports("avx512bf16");
}

// [rows, width] numbers as units, turned: [width / 2, rows], both padded with zeros to multiples of 16.
PAIRS static void turned_units(float *y, float *copy, const ck_bf16 *x, size_t row, size_t rows, size_t width) {
  const size_t units = ck_whole_vectors(width / 2), padded = ck_whole_vectors(rows);
  for (size_t r = 0; r < padded; r++)
    for (size_t i = 0; i < units; i += CK_VECTOR) {
      const size_t left = r < rows && i * 2 < width ? width / 2 - i : 0;
      const __mmask16 mask = left < 16 ? (__mmask16)((1u << left) - 1) : 0xffff;
      _mm512_store_si512(copy + r * units + i, _mm512_maskz_loadu_epi32(mask, x + r * row + i * 2));
    }
  ck_small_turn(y, copy, padded, units);
}

// Rows 2i and 2i + 1 joined: [ceil(rows / 2), wide] units, zeros beyond width and rows.
PAIRS static void joined_rows(float *y, const ck_bf16 *x, size_t row, size_t rows, size_t width) {
  const size_t wide = ck_whole_vectors(width);
  for (size_t r = 0; r < rows; r += 2)
    for (size_t i = 0; i < wide; i += CK_VECTOR) {
      const __mmask16 mask = width - i < 16 ? (__mmask16)((1u << (width - i)) - 1) : 0xffff;
      const __m256i upper = _mm256_maskz_loadu_epi16(r + 1 < rows ? mask : 0, x + (r + 1) * row + i);
      const __m256i lower = _mm256_maskz_loadu_epi16(mask, x + r * row + i);
      _mm512_store_si512(y + r / 2 * wide + i, _mm512_or_si512(_mm512_slli_epi32(_mm512_cvtepu16_epi32(upper), 16),
                                                               _mm512_cvtepu16_epi32(lower)));
    }
}

PAIRS_INLINE __m256i narrowed(const float *x) { return (__m256i)_mm512_cvtneps_pbh(_mm512_load_ps(x)); }

// The first `columns` (a multiple of 16) of each row of f32 numbers, as bf16; rows keep their distance in bytes.
PAIRS static void natural(float *y, const float *x, size_t row, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < columns; i += CK_VECTOR)
      _mm256_store_si256((__m256i *)(y + r * row + i / 2), narrowed(x + r * row + i));
}

PAIRS static void joined(float *y, const float *x, size_t row, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r += 2)
    for (size_t i = 0; i < columns; i += CK_VECTOR) {
      const __m256i upper = r + 1 < rows ? narrowed(x + (r + 1) * row + i) : _mm256_setzero_si256();
      _mm512_store_si512(y + r / 2 * row + i, _mm512_or_si512(_mm512_slli_epi32(_mm512_cvtepu16_epi32(upper), 16),
                                                              _mm512_cvtepu16_epi32(narrowed(x + r * row + i))));
    }
}

PAIRS static void put(ck_bf16 *y, const float *x, size_t row, size_t rows, size_t width, float factor, int adds) {
  const size_t wide = ck_whole_vectors(width);
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < wide; i += CK_VECTOR) {
      const __mmask16 mask = width - i < 16 ? (__mmask16)((1u << (width - i)) - 1) : 0xffff;
      ck_bf16 *at = y + r * row + i;
      __m512 sum = _mm512_load_ps(x + r * wide + i) * factor;
      if (adds) sum += (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, at)), 16);
      _mm256_mask_storeu_epi16(at, mask, (__m256i)_mm512_cvtneps_pbh(sum));
    }
}

#define HEAD(head, row) ((head) / heads * length * (row) + (head) % heads * width)
#define WANT_PARTS(soon, packed, head, written) \
  for (size_t i = 0; i < 3; i++)                \
  ck_want(soon, (packed) + HEAD(head, row) + i * part, row * 2, length, width * 2, written)

PAIRS void ck_attention_pairs_forward(ck_bf16 *y, const ck_bf16 *packed, float *scratch, float scale, size_t first,
                                      size_t last, size_t length, size_t heads, size_t width, int causal) {
  const size_t wide = ck_whole_vectors(width), across = ck_whole_vectors(length), part = heads * width, row = 3 * part;
  const size_t matrix = wide * across, square = CK_SMALL_ROWS * across;
  float *k = scratch, *copy = k + matrix, *v = copy + matrix, *p = v + matrix, *narrow = p + square, *o = narrow + square;
  for (size_t head = first; head < last; head++) {
    const ck_bf16 *from = packed + HEAD(head, row);
    ck_bf16 *to = y + HEAD(head, part);
    ck_soon soon = {.count = 0};
    if (head + 1 < last) WANT_PARTS(&soon, packed, head + 1, 0);
    ck_want(&soon, to, part * 2, length, width * 2, 1);
    turned_units(k, copy, from + part, row, length, width);
    joined_rows(v, from + 2 * part, row, length, width);
    for (size_t b = 0, top = 0, bottom; top < length; b++, top = bottom) {
      bottom = ck_block_end(length, b);
      const size_t rows = bottom - top, seen = causal ? bottom : length, whole = ck_whole_vectors(seen);
      pair_product(p, across, (const float *)(from + top * row), row / 2, 1, k, across, rows, whole, width / 2,
                   causal ? CK_COLUMNS_TO_DIAGONAL : CK_WHOLE, top, 0, &soon);
      ck_small_softmax(p, scale * CK_LOG2_E, rows, across, causal ? top + 1 : length, causal);
      natural(narrow, p, across, rows, whole);
      pair_product(o, wide, narrow, across, 1, v, wide, rows, wide, (seen + 1) / 2,
                   causal ? CK_INNER_TO_DIAGONAL : CK_WHOLE, top, 0, &soon);
      put(to + top * part, o, part, rows, width, 1, 0);
    }
  }
}

PAIRS void ck_attention_pairs_backward(ck_bf16 *dpacked, const ck_bf16 *dy, const ck_bf16 *packed, float *scratch,
                                       float scale, size_t first, size_t last, size_t length, size_t heads,
                                       size_t width, int causal, int adds) {
  const size_t wide = ck_whole_vectors(width), across = ck_whole_vectors(length), part = heads * width, row = 3 * part;
  const size_t matrix = wide * across, square = CK_SMALL_ROWS * across, strip = CK_SMALL_ROWS * wide;
  float *k = scratch, *k_turned = k + matrix, *v_turned = k_turned + matrix, *copy = v_turned + matrix;
  float *dk = copy + matrix, *dv = dk + matrix, *p = dv + matrix, *ds = p + square, *narrow = ds + square;
  float *pairs = narrow + square, *q = pairs + square, *dq = q + strip, *d = dq + strip;
  const ck_part columns = causal ? CK_COLUMNS_TO_DIAGONAL : CK_WHOLE, to = causal ? CK_INNER_TO_DIAGONAL : CK_WHOLE;
  const ck_part below = causal ? CK_INNER_FROM_DIAGONAL : CK_WHOLE;
  for (size_t head = first; head < last; head++) {
    const ck_bf16 *from = packed + HEAD(head, row), *dfrom = dy + HEAD(head, part);
    ck_bf16 *into = dpacked + HEAD(head, row);
    ck_soon soon = {.count = 0};
    WANT_PARTS(&soon, dpacked, head, 1);
    if (head + 1 < last) {
      WANT_PARTS(&soon, packed, head + 1, 0);
      ck_want(&soon, dy + HEAD(head + 1, part), part * 2, length, width * 2, 0);
    }
    turned_units(k_turned, copy, from + part, row, length, width);
    turned_units(v_turned, copy, from + 2 * part, row, length, width);
    joined_rows(k, from + part, row, length, width);
    for (size_t i = 0; i < matrix; i++) dk[i] = dv[i] = 0;
    for (size_t b = 0, top = 0, bottom; top < length; b++, top = bottom) {
      bottom = ck_block_end(length, b);
      const size_t rows = bottom - top, seen = causal ? bottom : length, whole = ck_whole_vectors(seen);
      const size_t pairs_of_rows = (rows + 1) / 2, visible = causal ? top + 1 : length;
      const ck_bf16 *q_rows = from + top * row, *d_rows = dfrom + top * part;
      pair_product(p, across, (const float *)q_rows, row / 2, 1, k_turned, across, rows, whole, width / 2, columns, top,
                   0, &soon);
      pair_product(ds, across, (const float *)d_rows, part / 2, 1, v_turned, across, rows, whole, width / 2, columns,
                   top, 0, &soon);
      ck_small_softmax(p, scale * CK_LOG2_E, rows, across, visible, causal);
      ck_small_softmax_backward(ds, p, rows, across, visible, causal);
      joined_rows(q, q_rows, row, rows, width);
      joined_rows(d, d_rows, part, rows, width);
      joined(pairs, p, across, rows, whole);
      pair_product(dv, wide, pairs, 1, across, d, wide, seen, wide, pairs_of_rows, below, top, 1, &soon);
      natural(narrow, ds, across, rows, whole);
      pair_product(dq, wide, narrow, across, 1, k, wide, rows, wide, (seen + 1) / 2, to, top, 0, &soon);
      joined(pairs, ds, across, rows, whole);
      pair_product(dk, wide, pairs, 1, across, q, wide, seen, wide, pairs_of_rows, below, top, 1, &soon);
      put(into + top * row, dq, row, rows, width, scale, adds);
    }
    put(into + part, dk, row, length, width, scale, adds);
    put(into + 2 * part, dv, row, length, width, 1, adds);
  }
}
#else
int ck_attention_in_pairs(size_t width) { return 0; }
void ck_attention_pairs_forward(ck_bf16 *y, const ck_bf16 *packed, float *scratch, float scale, size_t first,
                                size_t last, size_t length, size_t heads, size_t width, int causal) {}
void ck_attention_pairs_backward(ck_bf16 *dpacked, const ck_bf16 *dy, const ck_bf16 *packed, float *scratch,
                                 float scale, size_t first, size_t last, size_t length, size_t heads, size_t width,
                                 int causal, int adds) {}
#endif
