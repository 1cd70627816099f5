#pragma once
#include <stddef.h>
#include <stdint.h>

// Changes of colour and place on RGB bytes, in place but for ck_affine. Bytes and tables as in Pillow, which
// torchvision calls for them; no sum depends on the instruction set.

// x[i] = table[x[i]]
void ck_map_bytes(uint8_t *x, const uint8_t *table, size_t bytes);

// The sum over all pixels of their grey values (ITU-R 601: 0.299 R + 0.587 G + 0.114 B, rounded to bytes).
uint64_t ck_sum_gray(const uint8_t *x, size_t pixels);

// Blends each pixel with its own grey: factor 0 is grey, 1 changes nothing, above 1 saturates.
void ck_saturate(uint8_t *x, size_t pixels, float factor);

// Turns the hue by shift / 255 of the circle, through Pillow's HSV bytes.
void ck_shift_hue(uint8_t *x, size_t pixels, uint8_t shift);

// y: [height, width, 3], bilinear from x of the same shape. The centre of output (i, j) comes from
// (m0 (i + ½) + m1 (j + ½) + m2, m3 (i + ½) + m4 (j + ½) + m5), in 1/65536 of a pixel; from outside, it is `fill`.
void ck_affine(uint8_t *y, const uint8_t *x, size_t height, size_t width, const int64_t matrix[6], uint8_t fill);
