// Element-wise and row-wise kernels: outputs, inputs, what forward kept, sizes. Row-major, contiguous, no overlap unless
// said; nothing is allocated; single-threaded; only the rows given are touched. `adds`: 1 adds to the output, 0 overwrites it.
#pragma once
#include <stddef.h>
#include <stdint.h>

// layer_norm.c: y = (x - mean) * rstd * weight + bias
void ck_layer_norm_forward(float *y, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                           size_t rows, size_t width);
void ck_layer_norm_backward(float *dx, const float *dy, const float *x, const float *weight, const float *mean,
                            const float *rstd, size_t rows, size_t width, int adds);
// Columns first..<last of dweight = sum over rows of dy * (x - mean) * rstd, and of dbias = sum of dy.
void ck_layer_norm_backward_parameters(float *dweight, float *dbias, const float *dy, const float *x, const float *mean,
                                       const float *rstd, size_t rows, size_t width, size_t first, size_t last,
                                       int adds);

// gelu.c
void ck_gelu_forward(float *y, const float *x, size_t count);
void ck_gelu_backward(float *dx, const float *dy, const float *x, size_t count, int adds);
void ck_quick_gelu_forward(float *y, const float *x, size_t count);
void ck_quick_gelu_backward(float *dx, const float *dy, const float *x, size_t count, int adds);

// softmax.c: rows of [length, length] matrices in place; causal row r (of its matrix) keeps 0...r, the rest become 0.
void ck_softmax_forward(float *scores, float scale, size_t first, size_t last, size_t length, int causal);
// dscores (in: dprobabilities) = scale * p * (dp - sum(p * dp))
void ck_softmax_backward(float *dscores, const float *probabilities, float scale, size_t first, size_t last,
                         size_t length, int causal);

// heads.c: [batch, length, parts, heads, width] <-> [parts, batch, heads, length, width], sequences first..<last
void ck_split_heads(float *split, const float *packed, size_t first, size_t last, size_t batch, size_t length,
                    size_t parts, size_t heads, size_t width);
void ck_merge_heads(float *packed, const float *split, size_t first, size_t last, size_t batch, size_t length,
                    size_t parts, size_t heads, size_t width, int adds);

// attend_once.c: one query a sequence, [batch, heads, width], over packed [batch, length, 2, heads, width]; the first
// seen[b] rows count. p: [batch, heads, length]. Sequences first..<last; backward overwrites.
void ck_attend_once_forward(float *y, float *p, const float *query, const float *packed, const int32_t *seen,
                            float scale, size_t first, size_t last, size_t length, size_t heads, size_t width);
void ck_attend_once_backward(float *dquery, float *dpacked, const float *dy, const float *p, const float *query,
                             const float *packed, const int32_t *seen, float scale, size_t first, size_t last,
                             size_t length, size_t heads, size_t width);

// tokens.c
void ck_embedding_forward(float *y, const int32_t *tokens, const float *table, const float *positions, size_t count,
                          size_t length, size_t width);
void ck_embedding_backward(float *dtable, const int32_t *tokens, const float *dy, size_t count, size_t width);
void ck_class_token_forward(float *y, const float *patches, const float *class_token, const float *positions,
                            size_t batch, size_t patch_count, size_t width);
void ck_class_token_backward(float *dpatches, const float *dy, size_t batch, size_t patch_count, size_t width, int adds);
// dpositions[length, width] = sum over the batch of dy[batch, length, width]
void ck_sum_batch(float *dpositions, const float *dy, size_t batch, size_t size, int adds);
// Bytes [batch, side, side, 3] to normalized rows [batch * (side/patch)^2, 3 * patch * patch], channel-major in a row.
void ck_patches(float *rows, const uint8_t *pixels, const float *scale, const float *shift, size_t batch, size_t side,
                size_t patch);

// rows.c
void ck_pick_rows_forward(float *y, const float *x, const int32_t *at, size_t count, size_t width);
void ck_pick_rows_backward(float *dx, const float *dy, const int32_t *at, size_t count, size_t width);
void ck_unit_rows_forward(float *y, float *norm, const float *x, size_t rows, size_t width);
void ck_unit_rows_backward(float *dx, const float *dy, const float *y, const float *norm, size_t rows, size_t width,
                           int adds);
// Columns first..<last of sums = sum over rows of x.
void ck_column_sums(float *sums, const float *x, size_t rows, size_t width, size_t first, size_t last, int adds);

// arithmetic.c
void ck_add(float *y, const float *x, size_t count);
double ck_sum_of_squares(const float *x, size_t count);
// max(x) is finite in every element
int ck_all_finite(const float *x, size_t count);

// contrastive.c: tiles of similarities S [rows, columns], one tile at a time.
// Online log-sum-exp over a row (or column): running maximum and sum of exp(scale * S - maximum).
void ck_lse_rows(float *maximum, float *sum, const float *tile, float scale, size_t rows, size_t columns);
void ck_lse_columns(float *maximum, float *sum, const float *tile, float scale, size_t rows, size_t columns);
void ck_lse_finish(float *lse, const float *maximum, const float *sum, size_t count);
// tile becomes A = p + q, p = exp(scale*S - lse_rows), q = exp(scale*S - lse_columns); sums[0] += sum(p*S), sums[1] += sum(q*S)
void ck_contrastive_tile(float *tile, double *sums, const float *lse_rows, const float *lse_columns, float scale,
                         size_t rows, size_t columns);
// d = factor * (d - 2 * partner)
void ck_contrastive_finish(float *d, const float *partner, float factor, size_t count);

// adamw.c: decoupled weight decay; gradient is multiplied by gradient_scale (clipping) first.
void ck_adamw(float *value, float *first_moment, float *second_moment, const float *gradient, float gradient_scale,
              float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, float correction1,
              float correction2, size_t count);

// live_bytes.c: adds to the calling thread's account and returns it.
int64_t ck_live_bytes(int64_t change);
