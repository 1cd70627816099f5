#include "kernel.h"

// Offset of the head's row at (sequence, part, head, position) in the split layout.
#define SPLIT_ROW(part, b, h, l) (((((part) * batch + (b)) * heads + (h)) * length + (l)) * width)

CK_SIMD
void ck_split_heads(float *restrict split, const float *restrict packed, size_t first, size_t last, size_t batch,
                    size_t length, size_t parts, size_t heads, size_t width) {
  for (size_t b = first; b < last; b++)
    for (size_t l = 0; l < length; l++)
      for (size_t part = 0; part < parts; part++)
        for (size_t h = 0; h < heads; h++) {
          const float *from = packed + (((b * length + l) * parts + part) * heads + h) * width;
          float *to = split + SPLIT_ROW(part, b, h, l);
          for (size_t i = 0; i < width; i++) to[i] = from[i];
        }
}

CK_SIMD
void ck_merge_heads(float *restrict packed, const float *restrict split, size_t first, size_t last, size_t batch,
                    size_t length, size_t parts, size_t heads, size_t width, int adds) {
  for (size_t b = first; b < last; b++)
    for (size_t l = 0; l < length; l++)
      for (size_t part = 0; part < parts; part++)
        for (size_t h = 0; h < heads; h++) {
          float *to = packed + (((b * length + l) * parts + part) * heads + h) * width;
          const float *from = split + SPLIT_ROW(part, b, h, l);
          if (adds)
            for (size_t i = 0; i < width; i++) to[i] += from[i];
          else
            for (size_t i = 0; i < width; i++) to[i] = from[i];
        }
}
