// All kernels for AVX-512 with products of pairs of bf16 numbers.
#include "kernels.h"

#if defined(__x86_64__)
#define CK_LEVEL CK_AVX512_BF16
// Without no-prefer-256-bit clang cuts vectors up, for the sake of processors whose clock falls with 512 bits.
#define CK_TARGET __attribute__((target("arch=x86-64-v4,no-prefer-256-bit,avx512bf16")))
#define CK_TABLE ck_kernels_avx512_bf16
#define CK_HAS_PAIRS
#include "all.inc"
#endif
