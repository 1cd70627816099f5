// Element-wise and row-wise kernels: outputs, inputs, what forward kept, sizes. Row-major, contiguous, no overlap unless
// said; nothing is allocated; single-threaded; only the rows given are touched. `adds`: 1 adds to the output, 0 overwrites it.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The widest head that attention to one query takes.
#define CK_WIDEST_HEAD 256

#define CK_NAME(name) name##_f32
#include "typed.inc"
#undef CK_NAME
#define CK_NAME(name) name##_bf16
#include "typed.inc"
#undef CK_NAME

// typed.c: how many floats attention works in; aligned to 64 bytes.
size_t ck_attention_scratch(size_t length, size_t width);

// tokens.c
void ck_embedding_forward(float *y, const int32_t *tokens, const float *table, const float *positions, size_t count,
                          size_t length, size_t width);
void ck_embedding_backward(float *dtable, const int32_t *tokens, const float *dy, size_t count, size_t width);
void ck_tokens_forward(float *y, const float *x, const float *tokens, const float *positions, size_t batch, size_t count,
                       size_t length, size_t width);
void ck_tokens_backward(float *dx, const float *dy, size_t batch, size_t count, size_t length, size_t width, int adds);

// rows.c
void ck_unit_rows_forward(float *y, float *norm, const float *x, size_t rows, size_t width);
void ck_unit_rows_backward(float *dx, const float *dy, const float *y, const float *norm, size_t rows, size_t width,
                           int adds);

// arithmetic.c
double ck_sum_of_squares(const float *x, size_t count);
// 1 where every element is finite.
int ck_all_finite(const float *x, size_t count);

// contrastive.c: tiles of similarities S [rows, columns], one tile at a time.
// Online log-sum-exp over a row (or column): running maximum and sum of exp(scale * S - maximum).
void ck_lse_rows(float *maximum, float *sum, const float *tile, float scale, size_t rows, size_t columns);
void ck_lse_columns(float *maximum, float *sum, const float *tile, float scale, size_t rows, size_t columns,
                    size_t first, size_t last);
void ck_lse_finish(float *lse, const float *maximum, const float *sum, size_t count);
// tile becomes A = p + q, p = exp(scale*S - lse_rows), q = exp(scale*S - lse_columns); by row, sums of p*S and of q*S.
void ck_contrastive_tile(float *tile, float *row_sums, float *column_sums, const float *lse_rows,
                         const float *lse_columns, float scale, size_t rows, size_t columns);
// d = factor * (d - 2 * partner)
void ck_contrastive_finish(float *d, const float *partner, float factor, size_t count);

// contrastive_masked.c, sigmoid.c: tiles of which a byte for each pair says what it is.
#define CK_IN_ROW 1     // in the denominator of its row's softmax
#define CK_IN_COLUMN 2  // in the denominator of its column's
#define CK_POSITIVE 4
// As ck_lse_rows and ck_lse_columns; adds the positives' sum of S and the number of pairs that take part.
void ck_masked_lse_rows(float *maximum, float *sum, float *positives, float *seen, const float *tile,
                        const uint8_t *mask, float scale, size_t rows, size_t columns);
void ck_masked_lse_columns(float *maximum, float *sum, float *positives, float *seen, const float *tile,
                           const uint8_t *mask, float scale, size_t rows, size_t columns, size_t first, size_t last);
// tile becomes factor * (p + q), p = exp(scale*S - row_pivots) in rows - row_targets on positives, q alike by column;
// by row, sums of p*S and of q*S.
void ck_masked_tile(float *tile, float *row_sums, float *column_sums, const uint8_t *mask, const float *row_pivots,
                    const float *column_pivots, const float *row_targets, const float *column_targets, float scale,
                    float factor, size_t rows, size_t columns);
// With l = scale*S + bias, z = 1 on positives and -1 elsewhere, w = half for each direction that a pair takes part in:
// tile becomes factor * g, g = -w z sigmoid(-z l); by row, sums of -w ln sigmoid(z l), of g*S and of g.
void ck_sigmoid_tile(float *tile, float *losses, float *similarity_sums, float *weight_sums, const uint8_t *mask,
                     float scale, float bias, float factor, size_t rows, size_t columns);
void ck_masked_largest_rows(float *largest, const float *tile, const uint8_t *mask, size_t rows, size_t columns);
void ck_masked_largest_columns(float *largest, const float *tile, const uint8_t *mask, size_t rows, size_t columns,
                               size_t first, size_t last);

// choice.c: others by the order of their keyed hashes; a key is two words.
void ck_choice_hashes(uint32_t *hashes, const uint32_t *key, size_t count);
size_t ck_count_below(const uint32_t *hashes, uint32_t limit, size_t count);
// Adds CK_IN_ROW where the column's hash under the row's key is below the row's limit, and the other way round.
void ck_choose_in_rows(uint8_t *mask, const uint32_t *keys, const uint32_t *limits, size_t first_column, size_t rows,
                       size_t columns);
void ck_choose_in_columns(uint8_t *mask, const uint32_t *keys, const uint32_t *limits, size_t first_row, size_t rows,
                          size_t columns);

// adamw.c: decoupled weight decay; gradient is multiplied by gradient_scale (clipping) first.
void ck_adamw(float *value, float *first_moment, float *second_moment, const float *gradient, float gradient_scale,
              float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, float correction1,
              float correction2, size_t count);

// average.c: average += rest * (value - average)
void ck_moving_average(float *average, const float *value, float rest, size_t count);

// distillation.c: cosine[rows] = x . teacher of unit rows, dx -= factor * teacher
void ck_distill(float *dx, float *cosine, const float *x, const float *teacher, float factor, size_t rows,
                size_t width);

// live_bytes.c: adds to the calling thread's account and returns it.
int64_t ck_live_bytes(int64_t change);
// The most that it stood at since the last restart.
int64_t ck_live_bytes_peak(int restart);
