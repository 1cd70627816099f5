#pragma once
#include <stddef.h>
#include <stdint.h>

// Pillow's antialiased bicubic on RGB bytes: a = -0.5, the kernel widened by the factor of a reduction, weights in fixed
// point, first across then down, rounded to bytes in between. Integer sums: the same bits on every machine.
// Source: Pillow, src/libImaging/Resample.c.

// The most weights that one output needs when `from` pixels become `to`.
size_t ck_resize_taps(size_t from, size_t to);

// Weights of the outputs begin ..< begin + outputs out of `to`. weights: [outputs, taps], zeros at the end of each row;
// bounds: [outputs, 2], the first pixel each output reads and how many.
void ck_resize_weights(int32_t *weights, int32_t *bounds, size_t taps, size_t from, size_t to, size_t begin,
                       size_t outputs);

// y: [rows, outputs, 3]; scratch: 16 bytes per pixel of `width`; x: rows of `width` RGB pixels, `stride` bytes apart.
void ck_resize_across(uint8_t *y, uint8_t *scratch, const uint8_t *x, size_t stride, size_t rows, size_t width,
                      const int32_t *weights, const int32_t *bounds, size_t taps, size_t outputs);

// y: [outputs, bytes]; x: [rows, bytes], whose first row is row `skipped` of those the bounds speak of.
void ck_resize_down(uint8_t *y, const uint8_t *x, size_t bytes, size_t skipped, const int32_t *weights,
                    const int32_t *bounds, size_t taps, size_t outputs);
