// The largest of many floats, in sixteen running maxima: without them the loop isn't vectorized, since a NaN's place in
// the order would matter (512 of 512 numbers: 0.11 ms a tile of 512 rows less, of 0.18).
#pragma once
#include "../kernel.h"
#include <float.h>

#define CK_LARGEST_OF(value)                                                       \
  float lanes[16], largest = -FLT_MAX;                                             \
  for (size_t k = 0; k < 16; k++) lanes[k] = -FLT_MAX;                             \
  size_t i = 0;                                                                    \
  for (; i + 16 <= count; i += 16) {                                               \
    for (size_t k = 0; k < 16; k++) {                                              \
      const size_t at = i + k;                                                     \
      const float x = value;                                                       \
      lanes[k] = x > lanes[k] ? x : lanes[k];                                      \
    }                                                                              \
  }                                                                                \
  for (size_t at = i; at < count; at++) {                                          \
    const float x = value;                                                         \
    largest = x > largest ? x : largest;                                           \
  }                                                                                \
  for (size_t k = 0; k < 16; k++) largest = lanes[k] > largest ? lanes[k] : largest; \
  return largest;

CK_INLINE float ck_largest(const float *values, size_t count) { CK_LARGEST_OF(values[at]) }

// -FLT_MAX where no byte of the mask has the bit.
CK_INLINE float ck_masked_largest(const float *values, const uint8_t *mask, uint8_t bit, size_t count) {
  CK_LARGEST_OF(mask[at] & bit ? values[at] : -FLT_MAX)
}
