#pragma once
#include <vips/vips.h>
#include <zlib.h>  // gzip files: libvips brings it, and Swift can call it as it is

// libvips' operations are variadic, which Swift can't call: one function for each that drawing needs, with the options it uses.

// Text in one font. With colour: RGBA as the font paints it; else one band, white ink on black.
static inline int cvips_text(VipsImage **out, const char *text, const char *font, const char *file, int colour) {
  return vips_text(out, text, "font", font, "fontfile", file, "rgba", colour, "dpi", 72, NULL);
}

static inline int cvips_decode_png(const void *bytes, size_t count, VipsImage **out) {
  return vips_pngload_buffer((void *)bytes, count, out, NULL);
}

// Stripped: no date and no profile, so the same pixels give the same bytes.
static inline int cvips_encode_png(VipsImage *in, void **bytes, size_t *count) {
  return vips_pngsave_buffer(in, bytes, count, "strip", TRUE, NULL);
}

static inline int cvips_scale(VipsImage *in, VipsImage **out, double factor) { return vips_resize(in, out, factor, NULL); }
