// The names of all kernels, for the tables of them: PLAIN(name), and TYPED(name) for those that come for f32 and for bf16.
#pragma once

#define CK_ALL_KERNELS(PLAIN, TYPED) \
  TYPED(layer_norm_forward) TYPED(layer_norm_backward) TYPED(layer_norm_backward_parameters) TYPED(gelu_forward) \
  TYPED(gelu_backward) TYPED(quick_gelu_forward) TYPED(quick_gelu_backward) TYPED(single_query_attention_forward) \
  TYPED(single_query_attention_backward) TYPED(attention_forward) TYPED(attention_backward) TYPED(patches) \
  TYPED(pick_rows_forward) TYPED(pick_rows_backward) TYPED(column_sums) TYPED(add) TYPED(convert) \
  TYPED(layer_scale_forward) TYPED(layer_scale_backward) TYPED(layer_scale_backward_gamma) TYPED(mean_rows_forward) \
  TYPED(mean_rows_backward) TYPED(padded_softmax_forward) TYPED(padded_softmax_backward) TYPED(tanh_forward) \
  TYPED(tanh_backward) TYPED(tanh_gelu_forward) TYPED(tanh_gelu_backward) TYPED(widen) TYPED(heads_apart) \
  TYPED(heads_together) TYPED(channel_moments) TYPED(batch_norm_forward) TYPED(rectify_gradient) \
  TYPED(batch_norm_backward_sums) TYPED(batch_norm_backward) TYPED(average_pool_forward) \
  TYPED(average_pool_backward) TYPED(max_pool_forward) TYPED(max_pool_backward) TYPED(pictures) \
  TYPED(mean_token_forward) TYPED(mean_token_backward) TYPED(join_columns) TYPED(part_columns) \
  PLAIN(embedding_forward) PLAIN(embedding_backward) PLAIN(tokens_forward) PLAIN(tokens_backward) \
  PLAIN(unit_rows_forward) PLAIN(unit_rows_backward) PLAIN(sum_of_squares) PLAIN(all_finite) PLAIN(lse_rows) \
  PLAIN(lse_columns) PLAIN(lse_finish) PLAIN(contrastive_tile) PLAIN(contrastive_finish) PLAIN(masked_lse_rows) \
  PLAIN(masked_lse_columns) PLAIN(masked_tile) PLAIN(sigmoid_tile) PLAIN(masked_largest_rows) \
  PLAIN(masked_largest_columns) PLAIN(choice_hashes) PLAIN(count_below) PLAIN(choose_in_rows) \
  PLAIN(choose_in_columns) PLAIN(adamw) PLAIN(moving_average) PLAIN(distill) PLAIN(resize_across) PLAIN(resize_down) \
  PLAIN(multiply_adds)
