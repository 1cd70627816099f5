#include "kernel.h"

CK_SIMD
void ck_embedding_forward(float *restrict y, const int32_t *restrict tokens, const float *restrict table,
                          const float *restrict positions, size_t count, size_t length, size_t width) {
  for (size_t t = 0; t < count; t++) {
    const float *row = table + (size_t)tokens[t] * width, *position = positions + t % length * width;
    for (size_t i = 0; i < width; i++) y[t * width + i] = row[i] + position[i];
  }
}

// Always adds: a table's row belongs to every token that names it.
CK_SIMD
void ck_embedding_backward(float *restrict dtable, const int32_t *restrict tokens, const float *restrict dy,
                           size_t count, size_t width) {
  for (size_t t = 0; t < count; t++) {
    float *row = dtable + (size_t)tokens[t] * width;
    for (size_t i = 0; i < width; i++) row[i] += dy[t * width + i];
  }
}

CK_SIMD
void ck_tokens_forward(float *restrict y, const float *restrict x, const float *restrict tokens,
                       const float *restrict positions, size_t batch, size_t count, size_t length, size_t width) {
  const size_t first = count * width, rest = length * width;
  for (size_t b = 0; b < batch; b++) {
    float *yb = y + b * (first + rest);
    for (size_t i = 0; i < first; i++) yb[i] = tokens[i] + positions[i];
    for (size_t i = 0; i < rest; i++) yb[first + i] = x[b * rest + i] + positions[first + i];
  }
}

CK_SIMD
void ck_tokens_backward(float *restrict dx, const float *restrict dy, size_t batch, size_t count, size_t length,
                        size_t width, int adds) {
  const size_t first = count * width, rest = length * width;
  for (size_t b = 0; b < batch; b++) {
    const float *from = dy + b * (first + rest) + first;
    float *to = dx + b * rest;
    for (size_t i = 0; i < rest; i++) to[i] = (adds ? to[i] : 0) + from[i];
  }
}
