// Every kernel over what goes into matrix products, compiled for f32 and for bf16.
#include "small.h"

#define CK_LOG2_E 1.44269504f

// Queries go by in blocks of about equal size, so that their probabilities stay in the caches.
CK_INLINE size_t ck_attention_blocks(size_t length) { return (length + 63) / 64; }

size_t ck_attention_scratch(size_t length, size_t width) {
  const size_t blocks = ck_attention_blocks(length), rows = (length + blocks - 1) / blocks;
  const size_t wide = ck_whole_vectors(width), across = ck_whole_vectors(length);
  return 5 * wide * across + rows * (2 * across + 3 * wide);
}

#define CK_T float
#define CK_NAME(name) name##_f32
#include "typed/all.inc"
#undef CK_T
#undef CK_NAME

#define CK_T ck_bf16
#define CK_NAME(name) name##_bf16
#include "typed/all.inc"
