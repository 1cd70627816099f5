#include "resize.h"

#include <math.h>
#include <string.h>

static double bicubic(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

static double bilinear(double x) {
  x = fabs(x);
  return x < 1 ? 1 - x : 0;
}

static double value(ck_resize_filter filter, double x) { return filter == ck_bilinear ? bilinear(x) : bicubic(x); }

// How far from its centre a filter reaches, in pixels that keep their size.
static double reach(ck_resize_filter filter) { return filter == ck_bilinear ? 1 : 2; }

static double filter_scale(size_t from, size_t to) { return from > to ? (double)from / (double)to : 1; }

size_t ck_resize_taps(ck_resize_filter filter, size_t from, size_t to) {
  return (size_t)ceil(reach(filter) * filter_scale(from, to)) * 2 + 1;
}

// Contraction off: a fused multiply-add could round a weight differently from Pillow's.
void ck_resize_weights(int32_t *weights, int32_t *bounds, ck_resize_filter filter, size_t taps, size_t from, size_t to,
                       size_t begin, size_t outputs) {
#pragma clang fp contract(off)
  const double scale = (double)from / (double)to, wide = filter_scale(from, to), support = reach(filter) * wide;
  memset(weights, 0, outputs * taps * sizeof *weights);
  for (size_t o = 0; o < outputs; o++) {
    const double center = ((double)(begin + o) + 0.5) * scale;
    int first = (int)(center - support + 0.5), end = (int)(center + support + 0.5);
    if (first < 0) first = 0;
    if (end > (int)from) end = (int)from;
    double sum = 0;
    for (int x = first; x < end; x++) sum += value(filter, (x - center + 0.5) * (1 / wide));
    for (int x = first; x < end; x++) {
      const double w = value(filter, (x - center + 0.5) * (1 / wide)) / sum * (1 << CK_RESIZE_PRECISION);
      weights[o * taps + (size_t)(x - first)] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
    }
    bounds[2 * o] = first;
    bounds[2 * o + 1] = end - first;
  }
}
