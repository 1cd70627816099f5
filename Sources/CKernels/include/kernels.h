// Kernels: plain loops over numbers. A kernel takes outputs, inputs, what forward kept, sizes. Arrays are row-major,
// contiguous, without overlap unless said; nothing is allocated; single-threaded; only the rows given are touched. `adds`:
// 1 adds to the output, 0 overwrites it. How to add one: levels/names.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a processor can do, as far as kernels differ by it; each level has what those before it have.
typedef enum {
  CK_BASELINE,  // what every processor of the architecture has
  CK_AVX2,      // x86-64-v3: AVX2, FMA
  CK_AVX512,    // x86-64-v4: AVX-512 F, BW, CD, DQ, VL
  CK_AVX512_BF16,
} ck_level;

#define CK_LEVELS 4

// The left factor of a product: its panels of rows lie `panel` units from each other, a panel's rows `row` and its steps `step`, of
// which one is 1. Packed, or as its matrix lies; with row 1 a panel that isn't full must be packed.
typedef struct {
  const float *_Nonnull at;
  size_t panel, row, step;
} ck_left;

// Pointers among arguments may be NULL only where the kernel says so; marking all of them would bury the names.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

// All kernels as compiled for one level: a pointer for each prototype of typed.inc, twice, and of untyped.inc.
typedef struct __attribute__((swift_attr("@Sendable"))) {
  ck_level level;
#define CK_NAME(name) (*_Nonnull name##_f32)
#include "typed.inc"
#undef CK_NAME
#define CK_NAME(name) (*_Nonnull name##_bf16)
#include "typed.inc"
#undef CK_NAME
#define CK_NAME(name) (*_Nonnull name)
#include "untyped.inc"
#undef CK_NAME
} ck_kernels;

// The best level of this processor.
ck_level ck_processor_level(void);
// What DIAGONAL_MAX_ISA calls a level.
const char *_Nonnull ck_level_name(ck_level level);
// The level that DIAGONAL_MAX_ISA names, as a number; -1 where it isn't set, -2 where it names none.
int ck_level_limit(void);
// The processor's level, or a lower one that DIAGONAL_MAX_ISA names.
ck_level ck_level_at_hand(void);
// The kernels of the level at hand.
const ck_kernels *_Nonnull ck_kernels_at_hand(void);
// The kernels of a level; NULL where they aren't compiled for this architecture. Above the processor's level they
// crash.
const ck_kernels *_Nullable ck_kernels_of(ck_level level);

// The widest head that attention to one query takes.
#define CK_WIDEST_HEAD 256
// How many floats attention works in; aligned to 64 bytes.
size_t ck_attention_scratch(size_t length, size_t width);

// What a byte of a tile's mask says of a pair.
#define CK_IN_ROW 1     // in the denominator of its row's softmax
#define CK_IN_COLUMN 2  // in the denominator of its column's
#define CK_POSITIVE 4

// live_bytes.c: adds to the calling thread's account of the bytes that its tensors hold, and returns it. In C, since
// Swift has no thread-local variables.
int64_t ck_live_bytes(int64_t change);
// The most that the account stood at since the last restart.
int64_t ck_live_bytes_peak(int restart);
// The calling thread's own pool of memory; NULL where it has none.
void *_Nullable ck_thread_pool(void);
void ck_set_thread_pool(void *_Nullable own);

#pragma clang diagnostic pop

#ifdef __cplusplus
}
#endif
