#include "small.h"

// Exchanges, in every square of 2 step x 2 step numbers, the upper right quarter with the lower left one.
#define EXCHANGE(step, upper, lower)                                       \
  for (size_t i = 0; i < 16; i++)                                          \
    if (!(i & step)) {                                                     \
      const ck_vector x = m[i], y = m[i + step];                           \
      m[i] = __builtin_shufflevector(x, y, upper);                         \
      m[i + step] = __builtin_shufflevector(x, y, lower);                  \
    }
#define LIST(...) __VA_ARGS__

CK_SIMD
void ck_small_turn(float *restrict y, const float *restrict x, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r += 16)
    for (size_t c = 0; c < columns; c += 16) {
      ck_vector m[16];
      for (size_t i = 0; i < 16; i++) m[i] = *(const ck_vector *)(x + (r + i) * columns + c);
      EXCHANGE(8, LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
               LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
      EXCHANGE(4, LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
               LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
      EXCHANGE(2, LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
               LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
      EXCHANGE(1, LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
               LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
      for (size_t i = 0; i < 16; i++) *(ck_vector *)(y + (c + i) * rows + r) = m[i];
    }
}
