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
void ck_class_token_forward(float *restrict y, const float *restrict patches, const float *restrict class_token,
                            const float *restrict positions, size_t batch, size_t patch_count, size_t width) {
  for (size_t b = 0; b < batch; b++) {
    float *yb = y + b * (patch_count + 1) * width;
    for (size_t i = 0; i < width; i++) yb[i] = class_token[i] + positions[i];
    const float *from = patches + b * patch_count * width;
    for (size_t i = 0; i < patch_count * width; i++) yb[width + i] = from[i] + positions[width + i];
  }
}

CK_SIMD
void ck_class_token_backward(float *restrict dpatches, const float *restrict dy, size_t batch, size_t patch_count,
                             size_t width, int adds) {
  for (size_t b = 0; b < batch; b++) {
    const float *from = dy + (b * (patch_count + 1) + 1) * width;
    float *to = dpatches + b * patch_count * width;
    for (size_t i = 0; i < patch_count * width; i++) to[i] = (adds ? to[i] : 0) + from[i];
  }
}

CK_SIMD
void ck_sum_batch(float *restrict dpositions, const float *restrict dy, size_t batch, size_t size, int adds) {
  if (!adds)
    for (size_t i = 0; i < size; i++) dpositions[i] = 0;
  for (size_t b = 0; b < batch; b++)
    for (size_t i = 0; i < size; i++) dpositions[i] += dy[b * size + i];
}
