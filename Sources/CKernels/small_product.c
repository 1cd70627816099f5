#include "small.h"

// Thirty-two registers of 16 numbers hold 8 x 3 or 6 x 4 sums, sixteen registers of 8 hold 6 x 1.
CK_INLINE size_t most_vectors(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") ? 4 : 1;
#else
  return 1;
#endif
}

#define NAME ck_small_product
#define CLONES CK_SIMD
#define INLINE CK_INLINE
#define STEP(sum, factor, row) (sum) += *(factor) * (row)
#define AT_ONCE 1
#define MOST_VECTORS most_vectors()
#include "small_product.inc"
