#include "kernel.h"

CK_SIMD
void ck_softmax_forward(float *restrict scores, float scale, size_t first, size_t last, size_t length, int causal) {
  CK_REORDER_SUMS
  for (size_t r = first; r < last; r++) {
    float *row = scores + r * length;
    const size_t kept = causal ? r % length + 1 : length;
    float maximum = row[0], sum = 0;
    for (size_t i = 1; i < kept; i++) maximum = row[i] > maximum ? row[i] : maximum;
    for (size_t i = 0; i < kept; i++) {
      row[i] = ck_exp((row[i] - maximum) * scale);
      sum += row[i];
    }
    const float inverse = 1 / sum;
    for (size_t i = 0; i < kept; i++) row[i] *= inverse;
    for (size_t i = kept; i < length; i++) row[i] = 0;
  }
}

CK_SIMD
void ck_softmax_backward(float *restrict dscores, const float *restrict probabilities, float scale, size_t first,
                         size_t last, size_t length, int causal) {
  CK_REORDER_SUMS
  for (size_t r = first; r < last; r++) {
    float *dr = dscores + r * length;
    const float *pr = probabilities + r * length;
    const size_t kept = causal ? r % length + 1 : length;
    float along = 0;
    for (size_t i = 0; i < kept; i++) along += pr[i] * dr[i];
    for (size_t i = 0; i < kept; i++) dr[i] = scale * pr[i] * (dr[i] - along);
    for (size_t i = kept; i < length; i++) dr[i] = 0;
  }
}
