#include "augment.h"

#include <string.h>

// A fused multiply-add could round differently from Pillow.
#pragma clang fp contract(off)

static inline uint8_t clip8(int v) { return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v; }

static inline uint8_t gray(const uint8_t *p) {
  return (uint8_t)((p[0] * 19595u + p[1] * 38470u + p[2] * 7471u + 0x8000u) >> 16);
}

void ck_map_bytes(uint8_t *x, const uint8_t *table, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) x[i] = table[x[i]];
}

uint64_t ck_sum_gray(const uint8_t *x, size_t pixels) {
  uint64_t sum = 0;
  for (size_t i = 0; i < pixels; i++) sum += gray(x + 3 * i);
  return sum;
}

void ck_saturate(uint8_t *x, size_t pixels, float factor) {
  for (size_t i = 0; i < pixels; i++) {
    uint8_t *p = x + 3 * i;
    const int g = gray(p);
    for (size_t c = 0; c < 3; c++) {
      const float v = (float)g + factor * (float)(p[c] - g);
      p[c] = v <= 0 ? 0 : v >= 255 ? 255 : (uint8_t)v;
    }
  }
}

static inline void to_hsv(uint8_t hsv[3], const uint8_t *p) {
  const int r = p[0], g = p[1], b = p[2];
  const int most = r > g ? (r > b ? r : b) : (g > b ? g : b), least = r < g ? (r < b ? r : b) : (g < b ? g : b);
  hsv[0] = hsv[1] = 0;
  hsv[2] = (uint8_t)most;
  if (most == least) return;
  const float range = (float)(most - least);
  const float rc = (float)(most - r) / range, gc = (float)(most - g) / range, bc = (float)(most - b) / range;
  const float h = r == most ? bc - gc : g == most ? (float)(2.0 + rc - bc) : (float)(4.0 + gc - rc);
  const double turns = h / 6.0 + 1.0;  // from 5/6 to 11/6
  const float turn = (float)(turns < 1.0 ? turns : turns - 1.0);
  hsv[0] = clip8((int)(turn * 255.0));
  hsv[1] = clip8((int)(range / (float)most * 255.0));
}

static inline void from_hsv(uint8_t *p, const uint8_t hsv[3]) {
  const uint8_t v = hsv[2];
  const float sixths = (float)(hsv[0] * 6.0 / 255.0), s = (float)(hsv[1] / 255.0);
  const int sector = (int)sixths;
  const float f = sixths - (float)sector;
  const uint8_t low = clip8((int)(v * (1.0 - s) + 0.5)), falling = clip8((int)(v * (1.0 - s * f) + 0.5));
  const uint8_t rising = clip8((int)(v * (1.0 - s * (1.0 - f)) + 0.5));
  const uint8_t rgb[6][3] = {{v, rising, low},  {falling, v, low}, {low, v, rising},
                             {low, falling, v}, {rising, low, v},  {v, low, falling}};
  memcpy(p, rgb[sector % 6], 3);
}

void ck_shift_hue(uint8_t *x, size_t pixels, uint8_t shift) {
  for (size_t i = 0; i < pixels; i++) {
    uint8_t hsv[3];
    to_hsv(hsv, x + 3 * i);
    hsv[0] = (uint8_t)(hsv[0] + shift);
    from_hsv(x + 3 * i, hsv);
  }
}

static inline int64_t clamp(int64_t v, size_t count) { return v < 0 ? 0 : v >= (int64_t)count ? (int64_t)count - 1 : v; }

static inline void sample_bilinear(uint8_t *y, const uint8_t *x, size_t height, size_t width, int64_t across,
                                   int64_t down) {
  const int64_t i = (across - 32768) >> 16, j = (down - 32768) >> 16;
  const int32_t right = ((across - 32768) & 65535) >> 6, lower = ((down - 32768) & 65535) >> 6;  // of 1024
  const uint8_t *top = x + clamp(j, height) * (int64_t)(3 * width);
  const uint8_t *bottom = x + clamp(j + 1, height) * (int64_t)(3 * width);
  const int64_t l = 3 * clamp(i, width), r = 3 * clamp(i + 1, width);
  for (size_t c = 0; c < 3; c++) {
    const int32_t above = top[l + (int64_t)c] * (1024 - right) + top[r + (int64_t)c] * right;
    const int32_t below = bottom[l + (int64_t)c] * (1024 - right) + bottom[r + (int64_t)c] * right;
    y[c] = (uint8_t)((above * (1024 - lower) + below * lower + (1 << 19)) >> 20);
  }
}

void ck_affine(uint8_t *y, const uint8_t *x, size_t height, size_t width, const int64_t matrix[6], uint8_t fill) {
  const int64_t right = (int64_t)width << 16, bottom = (int64_t)height << 16;
  for (size_t j = 0; j < height; j++) {
    const int64_t down = (int64_t)(2 * j + 1);
    for (size_t i = 0; i < width; i++, y += 3) {
      const int64_t along = (int64_t)(2 * i + 1);
      const int64_t u = ((matrix[0] * along + matrix[1] * down) >> 1) + matrix[2];
      const int64_t v = ((matrix[3] * along + matrix[4] * down) >> 1) + matrix[5];
      if (u < 0 || v < 0 || u >= right || v >= bottom) {
        memset(y, fill, 3);
      } else {
        sample_bilinear(y, x, height, width, u, v);
      }
    }
  }
}
