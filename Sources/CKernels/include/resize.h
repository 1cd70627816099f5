#pragma once
#include <stddef.h>
#include <stdint.h>

// Pillow's antialiased bicubic (a = -0.5) and bilinear on RGB bytes: the kernel widened by the factor of a reduction, weights in
// fixed point, first across then down, rounded to bytes in between. Integer sums: the same bits on every machine. The
// passes themselves: resize_across and resize_down of the kernels. Source: Pillow, src/libImaging/Resample.c.

// Bits behind the point of a weight: 8 bits of a pixel and 2 for the overshoot of negative weights leave 22 of 32.
#define CK_RESIZE_PRECISION (32 - 8 - 2)

typedef enum { ck_bicubic, ck_bilinear } ck_resize_filter;

// The most weights that one output needs when `from` pixels become `to`.
size_t ck_resize_taps(ck_resize_filter filter, size_t from, size_t to);

// Weights of the outputs begin ..< begin + outputs out of `to`. weights: [outputs, taps], zeros at the end of each row;
// bounds: [outputs, 2], the first pixel each output reads and how many.
void ck_resize_weights(int32_t *weights, int32_t *bounds, ck_resize_filter filter, size_t taps, size_t from, size_t to,
                       size_t begin, size_t outputs);
