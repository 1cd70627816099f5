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
void ck_class_token_forward(float *y, const float *patches, const float *class_token, const float *positions,
                            size_t batch, size_t patch_count, size_t width);
void ck_class_token_backward(float *dpatches, const float *dy, size_t batch, size_t patch_count, size_t width, int adds);
// dpositions[length, width] = sum over the batch of dy[batch, length, width]
void ck_sum_batch(float *dpositions, const float *dy, size_t batch, size_t size, int adds);

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
