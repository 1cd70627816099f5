// Which of the tables this process uses.
#include "../attention/small.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

size_t ck_attention_scratch(size_t length, size_t width) {
  const size_t wide = ck_whole_vectors(width), across = ck_whole_vectors(length);
  return 6 * wide * across + CK_SMALL_ROWS * (4 * across + 3 * wide);
}

extern const ck_kernels ck_kernels_baseline;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512, ck_kernels_avx512_bf16;
#endif

const ck_kernels *ck_kernels_of(ck_level level) {
  switch (level) {
    case CK_BASELINE: return &ck_kernels_baseline;
#if defined(__x86_64__)
    case CK_AVX2: return &ck_kernels_avx2;
    case CK_AVX512: return &ck_kernels_avx512;
    case CK_AVX512_BF16: return &ck_kernels_avx512_bf16;
#else
    default: return NULL;
#endif
  }
}

ck_level ck_processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return __builtin_cpu_supports("avx512bf16") ? CK_AVX512_BF16 : CK_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return CK_AVX2;
#endif
  return CK_BASELINE;
}

const char *ck_level_name(ck_level level) {
  static const char *const names[CK_LEVELS] = {"baseline", "avx2", "avx512", "avx512_bf16"};
  return names[level];
}

int ck_level_limit(void) {
  const char *limit = getenv("DIAGONAL_MAX_ISA");
  if (!limit) return -1;
  for (int level = 0; level < CK_LEVELS; level++)
    if (strcmp(limit, ck_level_name((ck_level)level)) == 0) return level;
  return -2;
}

ck_level ck_level_at_hand(void) {
  const int limit = ck_level_limit();
  const ck_level best = ck_processor_level();
  return limit >= 0 && limit < (int)best ? (ck_level)limit : best;
}

const ck_kernels *ck_kernels_at_hand(void) { return ck_kernels_of(ck_level_at_hand()); }
