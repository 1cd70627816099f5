#include "kernel.h"

CK_SIMD
double ck_sum_of_squares(const float *restrict x, size_t count) {
  CK_REORDER_SUMS
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

CK_SIMD
int ck_all_finite(const float *restrict x, size_t count) {
  int finite = 1;
  for (size_t i = 0; i < count; i++) finite &= __builtin_fabsf(x[i]) <= 3.40282347e38f;
  return finite;
}
