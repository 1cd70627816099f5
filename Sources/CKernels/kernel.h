// What every kernel starts from: its attributes, exp and erf that the compiler vectorizes, bf16, activations.
// How a kernel is added, and how all are compiled once per level: levels/names.h.
#pragma once
#include "kernels.h"

#include <float.h>
#include <string.h>

// A function of the level that is being compiled: a kernel, which its table reaches, or a large part that kernels call.
#define CK_KERNEL CK_TARGET static
// First line of a kernel whose sums may be taken in any order, as vectors need it.
#define CK_REORDER_SUMS _Pragma("clang fp reassociate(on) contract(fast)")
// A part of kernels: inlined into them, hence compiled for their level.
#define CK_INLINE static inline __attribute__((always_inline))
// A part that names the level's instructions, by intrinsics or by vectors that only it has: it must say so itself.
#define CK_TARGETED_INLINE CK_TARGET static inline __attribute__((always_inline))

// exp(x) to 2 ulp for x in [-87.3, 88.7], clamped outside: 2^n * e^r with |r| <= ln(2)/2 (Cephes' polynomial).
CK_INLINE float ck_exp(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.7f ? 88.7f : x;
  const float n = __builtin_rintf(x * 1.44269504f);
  const float r = __builtin_fmaf(n, 2.12194440e-4f, __builtin_fmaf(n, -0.693359375f, x));
  float p = 1.9875691500e-4f;
  p = __builtin_fmaf(p, r, 1.3981999507e-3f);
  p = __builtin_fmaf(p, r, 8.3334519073e-3f);
  p = __builtin_fmaf(p, r, 4.1665795894e-2f);
  p = __builtin_fmaf(p, r, 1.6666665459e-1f);
  p = __builtin_fmaf(p, r, 5.0000001201e-1f);
  p = __builtin_fmaf(p, r * r, r) + 1.0f;
  // Two halves, since 2^128 alone is infinite.
  const int32_t i = (int32_t)n, half = i >> 1;
  union { int32_t i; float f; } a = {(half + 127) << 23}, b = {(i - half + 127) << 23};
  return p * a.f * b.f;
}

// erf(x), absolute error below 2e-7: the rational approximation of Eigen's fast_erf, odd over even polynomial on [-4,
// 4].
CK_INLINE float ck_erf(float x) {
  x = x < -4.0f ? -4.0f : x;
  x = x > 4.0f ? 4.0f : x;
  const float s = x * x;
  float p = -2.72614225801306e-10f;
  p = __builtin_fmaf(p, s, 2.77068142495902e-08f);
  p = __builtin_fmaf(p, s, -2.10102402082508e-06f);
  p = __builtin_fmaf(p, s, -5.69250639462346e-05f);
  p = __builtin_fmaf(p, s, -7.34990630326855e-04f);
  p = __builtin_fmaf(p, s, -2.95459980854025e-03f);
  p = __builtin_fmaf(p, s, -1.60960333262415e-02f);
  float q = -1.45660718464996e-05f;
  q = __builtin_fmaf(q, s, -2.13374055278905e-04f);
  q = __builtin_fmaf(q, s, -1.68282697438203e-03f);
  q = __builtin_fmaf(q, s, -7.37332916720468e-03f);
  q = __builtin_fmaf(q, s, -1.42647390514189e-02f);
  return x * p / q;
}

// bf16: the upper half of an f32.
typedef uint16_t ck_bf16;

CK_INLINE float ck_same(float x) { return x; }

CK_INLINE float ck_widen(ck_bf16 x) {
  union { uint32_t i; float f; } u = {(uint32_t)x << 16};
  return u.f;
}

CK_INLINE ck_bf16 ck_narrow(float x) {
  union { float f; uint32_t i; } u = {x};
  return (ck_bf16)((u.i + 0x7fff + ((u.i >> 16) & 1)) >> 16);
}

// Numbers of either type are read as f32 and written from f32, rounded to the nearest, ties to even.
#define CK_LOAD(x) _Generic((x), float: ck_same, ck_bf16: ck_widen)(x)
#define CK_STORE(place, x) ((place) = _Generic((place), float: ck_same, ck_bf16: ck_narrow)(x))

CK_INLINE float ck_gelu(float x) { return 0.5f * x * (1 + ck_erf(x * 0.70710678f)); }

CK_INLINE float ck_gelu_slope(float x) {
  const float density = 0.39894228f * ck_exp(-0.5f * x * x);
  return 0.5f * (1 + ck_erf(x * 0.70710678f)) + x * density;
}

CK_INLINE float ck_quick_gelu(float x) { return x / (1 + ck_exp(-1.702f * x)); }

CK_INLINE float ck_quick_gelu_slope(float x) {
  const float sigmoid = 1 / (1 + ck_exp(-1.702f * x));
  return sigmoid * (1 + 1.702f * x * (1 - sigmoid));
}
