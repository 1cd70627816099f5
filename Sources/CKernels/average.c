#include "kernel.h"

// In this form an average of equal values is that value, to the bit; rest is 1 - decay.
CK_SIMD
void ck_moving_average(float *restrict average, const float *restrict value, float rest, size_t count) {
  for (size_t i = 0; i < count; i++) average[i] += rest * (value[i] - average[i]);
}
