#pragma once
#include <vips/vips.h>

// libvips' operations are variadic, which Swift can't call: one wrapper for each form that is needed.

/// Reads the header; pixels follow on demand, top to bottom. A truncated file is an error, as in Pillow.
static inline VipsImage *cvips_open(VipsSource *source) {
  return vips_image_new_from_source(
      source, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

/// SVG, drawn on demand at so many pixels for each of its own.
static inline VipsImage *cvips_open_drawing(VipsSource *source, double scale) {
  VipsImage *out = NULL;
  return vips_svgload_source(source, &out, "scale", scale, NULL) == 0 ? out : NULL;
}

static inline int cvips_srgb(VipsImage *in, VipsImage **out) {
  return vips_colourspace(in, out, VIPS_INTERPRETATION_sRGB, NULL);
}

/// Blends the last band, alpha, over one grey level.
static inline int cvips_flatten(VipsImage *in, VipsImage **out, double level) {
  VipsArrayDouble *background = vips_array_double_newv(1, level);
  const int failed = vips_flatten(in, out, "background", background, NULL);
  vips_area_unref(VIPS_AREA(background));
  return failed;
}

static inline int cvips_first_bands(VipsImage *in, VipsImage **out, int count) {
  return vips_extract_band(in, out, 0, "n", count, NULL);
}

static inline int cvips_bytes(VipsImage *in, VipsImage **out) { return vips_cast_uchar(in, out, NULL); }

/// The first pixel of a row that the region holds: a macro in libvips.
static inline const void *cvips_row(VipsRegion *region, int y) { return VIPS_REGION_ADDR(region, 0, y); }

/// Labels the pixels' meaning without changing them.
static inline int cvips_label(VipsImage *in, VipsImage **out, VipsInterpretation meaning) {
  return vips_copy(in, out, "interpretation", meaning, NULL);
}

/// Encodes by a file name's ending and its options, ".png" or ".jpg[Q=90]". The caller frees `bytes` with g_free.
static inline int cvips_encode(VipsImage *in, const char *ending, void **bytes, size_t *size) {
  return vips_image_write_to_buffer(in, ending, bytes, size, NULL);
}

#if __has_include("draw.h")
#include "draw.h"
#endif
