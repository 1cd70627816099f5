// Products of packed panels. A panel holds a few rows of a, or of b's columns a few vectors, step by step: what the inner loop
// takes at a time lies together and in order, whatever the strides and the type of the numbers were.
//
//     a's panel of CK_PANEL_ROWS rows:     [steps][rows]      the last one's missing rows are zeros
//     b's panel of 1 … CK_PANEL_VECTORS:   [steps][columns]   as b's last one, whose missing columns are
//
// A step's unit is an f32 number, or a pair of bf16 numbers that follow each other along the inner dimension.
//
// A tile of c, one panel of each, stays in registers while the steps go by: thirty-two registers of 16 numbers hold 8 x 3 vectors
// of sums, sixteen registers of 8 hold 6 x 1. Multiply-adds in registers come to 179 GFLOP/s on a core of a Xeon (model 207), such
// tiles to 175 from the caches and whole products to 150-165, where oneDNN 2.6.3's come to 60-120; of 96 held to AVX2, tiles to 88.
#pragma once
#include "../attention/small.h"

#define CK_PANEL_ROWS ((size_t)(CK_LEVEL >= CK_AVX512 ? 8 : CK_LEVEL >= CK_AVX2 ? 6 : 2))
#define CK_PANEL_VECTORS ((size_t)(CK_LEVEL >= CK_AVX512 ? 3 : 1))

// b's columns in panels of about equal size: a sliver at the end would leave the multipliers waiting for each other.
CK_INLINE size_t ck_panel_count(size_t columns) {
  return (ck_whole_vectors(columns) / CK_VECTOR + CK_PANEL_VECTORS - 1) / CK_PANEL_VECTORS;
}

// The column at which a panel begins.
CK_INLINE size_t ck_panel_begin(size_t columns, size_t panel) {
  return ck_whole_vectors(columns) / CK_VECTOR * panel / ck_panel_count(columns) * CK_VECTOR;
}

// Sixteen and eight numbers anywhere.
typedef float ck_loose __attribute__((vector_size(64), aligned(4), may_alias));
typedef float ck_eight __attribute__((vector_size(32), aligned(4), may_alias));
