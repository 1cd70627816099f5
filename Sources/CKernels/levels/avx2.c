// All kernels for AVX2 and FMA, x86-64-v3.
#include "kernels.h"

#if defined(__x86_64__)
#define CK_LEVEL CK_AVX2
#define CK_TARGET __attribute__((target("arch=x86-64-v3")))
#define CK_TABLE ck_kernels_avx2
#include "all.inc"
#endif
