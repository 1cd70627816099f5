// Every kernel over what goes into matrix products, compiled for f32 and for bf16.
#include "small.h"

size_t ck_attention_scratch(size_t length, size_t width) {
  const size_t wide = ck_whole_vectors(width), across = ck_whole_vectors(length);
  return 6 * wide * across + CK_SMALL_ROWS * (4 * across + 3 * wide);
}

#define CK_T float
#define CK_NAME(name) name##_f32
#include "typed/all.inc"
#undef CK_T
#undef CK_NAME

#define CK_T ck_bf16
#define CK_NAME(name) name##_bf16
#include "typed/all.inc"
