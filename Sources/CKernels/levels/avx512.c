// All kernels for AVX-512, x86-64-v4.
#include "kernels.h"

#if defined(__x86_64__)
#define CK_LEVEL CK_AVX512
// Without no-prefer-256-bit clang cuts vectors up, for the sake of processors whose clock falls with 512 bits.
#define CK_TARGET __attribute__((target("arch=x86-64-v4,no-prefer-256-bit")))
#define CK_TABLE ck_kernels_avx512
#include "all.inc"
#endif
