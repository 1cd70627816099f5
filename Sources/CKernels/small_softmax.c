#include "small.h"

// By pointer: how vectors are passed depends on the instruction set, which clang refuses even where all is inlined.

// The larger of each pair; of a NaN and a number either. Compiles to one instruction, unlike the builtin.
CK_INLINE void larger(ck_vector *x, const ck_vector *y) {
  const ck_lanes above = *x > *y;
  *x = (ck_vector)((above & (ck_lanes)*x) | (~above & (ck_lanes)*y));
}

// x becomes 2^x for x <= 0, relative error 1e-7; below 2^-125 it stays there. Degree 6, minimax on [-1/2, 1/2].
CK_INLINE void power_of_2(ck_vector *at) {
#pragma clang fp contract(fast)
  const ck_vector least = (ck_vector){0} - 125.0f;
  ck_vector x = *at;
  larger(&x, &least);
  const ck_vector n = __builtin_elementwise_rint(x), f = x - n;
  ck_vector p = 1.535335605e-4f * f + 1.3398875709e-3f;
  p = p * f + 9.6184373916e-3f;
  p = p * f + 5.5503324671e-2f;
  p = p * f + 2.4022647913e-1f;
  p = p * f + 6.9314720286e-1f;
  p = p * f + 1.0f;
  *at = (ck_vector)((ck_lanes)p + (__builtin_convertvector(n, ck_lanes) << 23));
}

// x with its lanes moved by half, a quarter, an eighth and a sixteenth of its width: sums and maxima of 16 in four steps.
#define MOVED_BY_8(x) __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define MOVED_BY_4(x) __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define MOVED_BY_2(x) __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define MOVED_BY_1(x) __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)

CK_INLINE float sum_of(ck_vector *x) {
  *x += MOVED_BY_8(*x);
  *x += MOVED_BY_4(*x);
  *x += MOVED_BY_2(*x);
  *x += MOVED_BY_1(*x);
  return (*x)[0];
}

CK_INLINE float largest_of(ck_vector *x) {
  ck_vector y = MOVED_BY_8(*x);
  larger(x, &y);
  y = MOVED_BY_4(*x);
  larger(x, &y);
  y = MOVED_BY_2(*x);
  larger(x, &y);
  y = MOVED_BY_1(*x);
  larger(x, &y);
  return (*x)[0];
}

// Three passes, so that no row waits for the one before it to go through its whole chain of operations.
CK_SIMD
void ck_small_softmax(float *p, float scale, size_t rows, size_t row_length, size_t seen, int causal) {
  const ck_lanes lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const ck_vector least = (ck_vector){0} - 1e30f;
  float maxima[CK_SMALL_ROWS], inverses[CK_SMALL_ROWS];
  for (size_t r = 0; r < rows; r++) {
    const size_t kept = causal ? seen + r : seen, end = (kept - 1) / CK_VECTOR;
    ck_vector *row = (ck_vector *)(p + r * row_length);
    const ck_lanes mask = lane < (int32_t)(kept - end * CK_VECTOR);
    ck_vector largest = (ck_vector)((mask & (ck_lanes)row[end]) | (~mask & (ck_lanes)least));
    row[end] = largest;
    for (size_t v = 0; v < end; v++) larger(&largest, row + v);
    maxima[r] = largest_of(&largest);
  }
  for (size_t r = 0; r < rows; r++) {
    const size_t end = ((causal ? seen + r : seen) - 1) / CK_VECTOR;
    ck_vector *row = (ck_vector *)(p + r * row_length);
    ck_vector sums = {0};
    for (size_t v = 0; v <= end; v++) {
      ck_vector x = (row[v] - maxima[r]) * scale;
      power_of_2(&x);
      sums += row[v] = x;
    }
    // What the mask hides added 2^-125 each, to a sum of at least 1.
    inverses[r] = 1 / sum_of(&sums);
  }
  for (size_t r = 0; r < rows; r++) {
    const size_t kept = causal ? seen + r : seen, end = (kept - 1) / CK_VECTOR;
    ck_vector *row = (ck_vector *)(p + r * row_length);
    const ck_lanes mask = lane < (int32_t)(kept - end * CK_VECTOR);
    for (size_t v = 0; v < end; v++) row[v] *= inverses[r];
    row[end] = (ck_vector)(mask & (ck_lanes)(row[end] * inverses[r]));
    if (end + 1 < row_length / CK_VECTOR) row[end + 1] = (ck_vector){0};
  }
}

CK_SIMD
void ck_small_softmax_backward(float *dp, const float *p, size_t rows, size_t row_length, size_t seen, int causal) {
#pragma clang fp contract(fast)
  for (size_t r = 0; r < rows; r++) {
    const size_t end = ((causal ? seen + r : seen) - 1) / CK_VECTOR;
    ck_vector *row = (ck_vector *)(dp + r * row_length);
    const ck_vector *pr = (const ck_vector *)(p + r * row_length);
    ck_vector sums = {0};
    for (size_t v = 0; v <= end; v++) sums += row[v] * pr[v];
    const float along = sum_of(&sums);
    for (size_t v = 0; v <= end; v++) row[v] = pr[v] * (row[v] - along);
    if (end + 1 < row_length / CK_VECTOR) row[end + 1] = (ck_vector){0};
  }
}
