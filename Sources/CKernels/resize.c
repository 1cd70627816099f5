#include "resize.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CK_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_SIMD
#endif

// 8 bits of a pixel and 2 for the overshoot of negative weights leave 22 of 32.
enum { precision = 32 - 8 - 2, half = 1 << (precision - 1) };

static inline uint8_t clip8(int32_t sum) {
  const int32_t value = sum >> precision;
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

static double bicubic(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

static double filter_scale(size_t from, size_t to) { return from > to ? (double)from / (double)to : 1; }

size_t ck_resize_taps(size_t from, size_t to) { return (size_t)ceil(2 * filter_scale(from, to)) * 2 + 1; }

// Contraction off: a fused multiply-add could round a weight differently from Pillow's.
void ck_resize_weights(int32_t *weights, int32_t *bounds, size_t taps, size_t from, size_t to, size_t begin,
                       size_t outputs) {
#pragma clang fp contract(off)
  const double scale = (double)from / (double)to, wide = filter_scale(from, to), support = 2 * wide;
  memset(weights, 0, outputs * taps * sizeof *weights);
  for (size_t o = 0; o < outputs; o++) {
    const double center = ((double)(begin + o) + 0.5) * scale;
    int first = (int)(center - support + 0.5), end = (int)(center + support + 0.5);
    if (first < 0) first = 0;
    if (end > (int)from) end = (int)from;
    double sum = 0;
    for (int x = first; x < end; x++) sum += bicubic((x - center + 0.5) * (1 / wide));
    for (int x = first; x < end; x++) {
      const double w = bicubic((x - center + 0.5) * (1 / wide)) / sum * (1 << precision);
      weights[o * taps + (size_t)(x - first)] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
    }
    bounds[2 * o] = first;
    bounds[2 * o + 1] = end - first;
  }
}

// Four rows side by side, [width, row, 4]: a weight then multiplies 16 bytes at once. The fourth channel is never read.
static inline void interleave_rows(uint8_t *scratch, const uint8_t *x, size_t stride, size_t rows, size_t width) {
  for (size_t r = 0; r < 4; r++) {
    const uint8_t *row = x + (r < rows ? r : rows - 1) * stride;
    uint8_t *to = scratch + 4 * r;
    _Pragma("clang loop vectorize(disable)")  // by scatters it is slower
    for (size_t i = 0; i + 1 < width; i++) memcpy(to + 16 * i, row + 3 * i, 4);
    memcpy(to + 16 * (width - 1), row + 3 * (width - 1), 3);  // a fourth byte may lie past the picture
  }
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int32_t ints16 __attribute__((vector_size(64)));

// Vector types, since clang left alone vectorizes over the taps: 107 µs in place of 16 for 128 rows of 128 to 64 (Zen 4).
CK_SIMD
void ck_resize_across(uint8_t *y, uint8_t *scratch, const uint8_t *x, size_t stride, size_t rows, size_t width,
                      const int32_t *weights, const int32_t *bounds, size_t taps, size_t outputs) {
  for (size_t r = 0; r < rows; r += 4) {
    const size_t together = rows - r < 4 ? rows - r : 4;
    interleave_rows(scratch, x + r * stride, stride, together, width);
    for (size_t o = 0; o < outputs; o++) {
      const uint8_t *from = scratch + 16 * (size_t)bounds[2 * o];
      const int32_t *w = weights + o * taps;
      ints16 sums = half - (ints16){0};
      for (size_t t = 0; t < (size_t)bounds[2 * o + 1]; t++) {
        bytes16 four;
        memcpy(&four, from + 16 * t, 16);
        sums += w[t] * __builtin_convertvector(four, ints16);
      }
      sums = __builtin_elementwise_min(__builtin_elementwise_max(sums >> precision, (ints16){0}), 255 - (ints16){0});
      const bytes16 clipped = __builtin_convertvector(sums, bytes16);
      const uint8_t *four = (const uint8_t *)&clipped;
      for (size_t p = 0; p < together; p++) memcpy(y + ((r + p) * outputs + o) * 3, four + 4 * p, 3);
    }
  }
}

CK_SIMD
void ck_resize_down(uint8_t *y, const uint8_t *x, size_t bytes, size_t skipped, const int32_t *weights,
                    const int32_t *bounds, size_t taps, size_t outputs) {
  enum { lanes = 64 };
  for (size_t o = 0; o < outputs; o++) {
    const uint8_t *from = x + ((size_t)bounds[2 * o] - skipped) * bytes;
    const size_t count = (size_t)bounds[2 * o + 1];
    const int32_t *w = weights + o * taps;
    size_t i = 0;
    for (; i + lanes <= bytes; i += lanes) {
      int32_t sums[lanes];
      for (size_t l = 0; l < lanes; l++) sums[l] = half;
      for (size_t t = 0; t < count; t++)
        for (size_t l = 0; l < lanes; l++) sums[l] += w[t] * from[t * bytes + i + l];
      for (size_t l = 0; l < lanes; l++) y[o * bytes + i + l] = clip8(sums[l]);
    }
    for (; i < bytes; i++) {
      int32_t sum = half;
      for (size_t t = 0; t < count; t++) sum += w[t] * from[t * bytes + i];
      y[o * bytes + i] = clip8(sum);
    }
  }
}
