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

CK_SIMD
void ck_patches(float *restrict rows, const uint8_t *restrict pixels, const float *restrict scale,
                const float *restrict shift, size_t batch, size_t side, size_t patch) {
  const size_t across = side / patch;
  for (size_t b = 0; b < batch; b++)
    for (size_t py = 0; py < across; py++)
      for (size_t px = 0; px < across; px++) {
        float *row = rows + ((b * across + py) * across + px) * 3 * patch * patch;
        for (size_t c = 0; c < 3; c++)
          for (size_t y = 0; y < patch; y++) {
            const uint8_t *from = pixels + ((b * side + py * patch + y) * side + px * patch) * 3 + c;
            for (size_t x = 0; x < patch; x++) *row++ = (float)from[3 * x] * scale[c] + shift[c];
          }
      }
}
