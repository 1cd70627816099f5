#include "kernel.h"

// A bijection of 32-bit words whose output bits look independent of its input's.
// Source: Wellons, "Prospecting for hash functions", 2018, lowbias32.
CK_INLINE uint32_t ck_mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  return x ^ x >> 16;
}

// Bijective in j under any key, so that no two others of a row have the same hash.
CK_INLINE uint32_t ck_keyed(uint32_t j, const uint32_t *key) { return ck_mix(ck_mix(j ^ key[0]) ^ key[1]); }

CK_SIMD
void ck_choice_hashes(uint32_t *restrict hashes, const uint32_t *restrict key, size_t count) {
  for (size_t j = 0; j < count; j++) hashes[j] = ck_keyed((uint32_t)j, key);
}

CK_SIMD
size_t ck_count_below(const uint32_t *restrict hashes, uint32_t limit, size_t count) {
  uint32_t below = 0;
  for (size_t j = 0; j < count; j++) below += hashes[j] < limit;
  return below;
}

CK_SIMD
void ck_choose_in_rows(uint8_t *restrict mask, const uint32_t *restrict keys, const uint32_t *restrict limits,
                       size_t first_column, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const uint32_t key[2] = {keys[2 * r], keys[2 * r + 1]}, limit = limits[r];
    for (size_t i = 0; i < columns; i++) {
      mask[r * columns + i] |= ck_keyed((uint32_t)(first_column + i), key) < limit ? CK_IN_ROW : 0;
    }
  }
}

CK_SIMD
void ck_choose_in_columns(uint8_t *restrict mask, const uint32_t *restrict keys, const uint32_t *restrict limits,
                          size_t first_row, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t i = 0; i < columns; i++) {
      mask[r * columns + i] |= ck_keyed((uint32_t)(first_row + r), keys + 2 * i) < limits[i] ? CK_IN_COLUMN : 0;
    }
  }
}
