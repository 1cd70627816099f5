// The names of all kernels, of which each level's table is made: PLAIN(name), and TYPED(name) for those that come for
// f32 and for bf16.
//
// Every kernel is compiled four times, once for each level of ck_level: baseline.c, avx2.c, avx512.c and avx512_bf16.c
// each include all.inc under another CK_TARGET, and end with a table of what they compiled. At start choose.c picks the
// table for the processor, or for DIAGONAL_MAX_ISA. (clang's target_clones would do so call by call; they crash with
// the thread sanitizer, give no say in which clone runs, and can't tell a kernel's code what it is compiled for.)
//
// To add a kernel:
//  1. its prototype, with what it computes, in include/typed.inc or include/untyped.inc;
//  2. its body, ck_NAME, in a chapter's folder: a file that typed_kernels.inc or all.inc includes. It begins with
//     CK_KERNEL, its parts with CK_INLINE (kernel.h), and where a sum's order is the compiler's to choose,
//     CK_REORDER_SUMS comes first: such sums differ in their last bits from level to level. A typed body is
//     CK_NAME(ck_NAME), takes its numbers as CK_T, reads them by CK_LOAD and writes them by CK_STORE;
//  3. its name below: what is missing doesn't compile;
//  4. in Swift, `ck.NAME`, or `element.pick(ck.NAME_f32, ck.NAME_bf16)`.
// Plain loops, which the compiler vectorizes for the level; intrinsics only where a measurement asked for them
// (attention_pairs.inc, one level's alone).
#pragma once

#define CK_ALL_KERNELS(PLAIN, TYPED) \
  /* attention */ \
  TYPED(attention_forward) TYPED(attention_backward) \
  TYPED(single_query_attention_forward) TYPED(single_query_attention_backward) \
  /* convolution */ \
  TYPED(channel_moments) TYPED(batch_norm_forward) TYPED(rectify_gradient) TYPED(batch_norm_backward_sums) \
  TYPED(batch_norm_backward) TYPED(pictures) TYPED(average_pool_forward) TYPED(average_pool_backward) \
  TYPED(max_pool_forward) TYPED(max_pool_backward) \
  /* dense */ \
  TYPED(column_sums) TYPED(copy_columns) TYPED(gelu_forward) TYPED(gelu_backward) \
  TYPED(quick_gelu_forward) TYPED(quick_gelu_backward) TYPED(layer_norm_forward) TYPED(layer_norm_backward) \
  TYPED(layer_norm_backward_parameters) TYPED(layer_scale_forward) TYPED(layer_scale_backward) \
  TYPED(layer_scale_backward_gamma) TYPED(mean_rows_forward) TYPED(mean_rows_backward) TYPED(add) TYPED(convert) \
  TYPED(widen) TYPED(pick_rows_forward) TYPED(pick_rows_backward) TYPED(tanh_forward) TYPED(tanh_backward) \
  TYPED(tanh_gelu_forward) TYPED(tanh_gelu_backward) \
  PLAIN(sum_of_squares) PLAIN(all_finite) PLAIN(row_scores) PLAIN(first_reaching) PLAIN(narrow_halves) \
  PLAIN(widen_halves) PLAIN(half_row_scores) PLAIN(narrow_bytes) PLAIN(widen_bytes) PLAIN(byte_row_scores) \
  PLAIN(largest_gap) PLAIN(dot) PLAIN(unit_rows_forward) PLAIN(unit_rows_backward) \
  /* pictures */ \
  PLAIN(resize_across) PLAIN(resize_down) \
  /* product */ \
  TYPED(pack_rows) TYPED(pack_columns) TYPED(panel_product) TYPED(pair_panel_product) \
  PLAIN(pack_pair_rows) PLAIN(pack_pair_columns) PLAIN(panel_sizes) \
  /* tiles */ \
  PLAIN(choice_hashes) PLAIN(count_below) PLAIN(choose_in_rows) PLAIN(choose_in_columns) PLAIN(lse_rows) \
  PLAIN(cross_entropy) PLAIN(lse_columns) PLAIN(lse_finish) PLAIN(contrastive_tile) PLAIN(contrastive_finish) PLAIN(masked_lse_rows) \
  PLAIN(masked_lse_columns) PLAIN(masked_tile) PLAIN(sigmoid_tile) PLAIN(masked_largest_rows) \
  PLAIN(masked_largest_columns) PLAIN(largest_rows) PLAIN(largest_columns) \
  /* tokens */ \
  TYPED(mean_token_forward) TYPED(mean_token_backward) TYPED(patches) PLAIN(embedding_forward) \
  PLAIN(embedding_backward) PLAIN(tokens_forward) PLAIN(tokens_backward) \
  /* update */ \
  PLAIN(adamw) PLAIN(moving_average) PLAIN(distill) \
  /* levels */ \
  PLAIN(multiply_adds) PLAIN(pair_multiply_adds)
