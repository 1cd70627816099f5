#include "CPictures.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct cp_png {
  png_structp decoder;
  png_infop info;
  const unsigned char *next;
  size_t left;
  jmp_buf failed;
  cp_state state;
  char warning[120], message[240];
  /// Of the picture being read, freed with the file wherever reading ends.
  png_bytepp rows;
  unsigned char *blended;
};

static void fail(png_structp decoder, png_const_charp reason) {
  cp_png *file = png_get_error_ptr(decoder);
  // What is wrong with a header is in the warning before.
  if (file->warning[0]) snprintf(file->message, sizeof file->message, "%s: %s", reason, file->warning);
  else snprintf(file->message, sizeof file->message, "%s", reason);
  file->state.problem = file->message;
  longjmp(file->failed, 1);
}

static void keep(png_structp decoder, png_const_charp warning) {
  cp_png *file = png_get_error_ptr(decoder);
  snprintf(file->warning, sizeof file->warning, "%s", warning);
}

static void take(png_structp decoder, png_bytep to, size_t count) {
  cp_png *file = png_get_io_ptr(decoder);
  if (count > file->left) png_error(decoder, "the file ends too early");
  memcpy(to, file->next, count);
  file->next += count;
  file->left -= count;
}

cp_png *cp_png_open(const void *bytes, size_t count) {
  cp_png *file = calloc(1, sizeof *file);
  if (!file) return NULL;
  (file->next = bytes), (file->left = count);
  if (setjmp(file->failed)) return file;
  file->decoder = png_create_read_struct(PNG_LIBPNG_VER_STRING, file, fail, keep);
  if (!file->decoder || !(file->info = png_create_info_struct(file->decoder))) {
    file->state.problem = "there is no memory for it";
    return file;
  }
  png_set_read_fn(file->decoder, file, take);
  // The caller has bounds of its own.
  png_set_user_limits(file->decoder, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Profiles, texts and dates are of no account.
  png_set_keep_unknown_chunks(file->decoder, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(file->decoder, file->info);
  file->state.width = (int)png_get_image_width(file->decoder, file->info);
  file->state.height = (int)png_get_image_height(file->decoder, file->info);
  const int colors = png_get_color_type(file->decoder, file->info) & PNG_COLOR_MASK_COLOR ? 3 : 1;
  const int alpha = (png_get_color_type(file->decoder, file->info) & PNG_COLOR_MASK_ALPHA) ||
                    png_get_valid(file->decoder, file->info, PNG_INFO_tRNS);
  file->state.channels = colors + (alpha ? 1 : 0);
  return file;
}

cp_state cp_png_state(const cp_png *file) { return file->state; }

// rgb = (rgba · alpha + level · (255 − alpha)) / 255, rounded down as libvips does.
static void blend(unsigned char *rgb, const unsigned char *rgba, int level, size_t pixels) {
  for (size_t i = 0; i < pixels; i++) {
    const int alpha = rgba[4 * i + 3];
    for (int c = 0; c < 3; c++) rgb[3 * i + c] = (rgba[4 * i + c] * alpha + level * (255 - alpha)) / 255;
  }
}

void cp_png_read(cp_png *file, int level, unsigned char *rgb) {
  const size_t width = file->state.width, height = file->state.height;
  const int transparent = file->state.channels % 2 == 0 && level >= 0;
  if (setjmp(file->failed)) return;
  png_set_strip_16(file->decoder);
  png_set_packing(file->decoder);
  png_set_palette_to_rgb(file->decoder);
  png_set_expand_gray_1_2_4_to_8(file->decoder);
  png_set_gray_to_rgb(file->decoder);
  if (transparent) png_set_tRNS_to_alpha(file->decoder);
  else png_set_strip_alpha(file->decoder);
  png_set_interlace_handling(file->decoder);
  png_read_update_info(file->decoder, file->info);

  const size_t channels = transparent ? 4 : 3;
  if (png_get_rowbytes(file->decoder, file->info) != channels * width) png_error(file->decoder, "its colours aren't RGB");
  file->rows = malloc(height * sizeof *file->rows);
  if (transparent) file->blended = malloc(height * width * 4);
  if (!file->rows || (transparent && !file->blended)) png_error(file->decoder, "there is no memory for it");
  for (size_t y = 0; y < height; y++) file->rows[y] = (transparent ? file->blended : rgb) + y * width * channels;
  png_read_image(file->decoder, file->rows);
  if (transparent) blend(rgb, file->blended, level, width * height);
}

void cp_png_close(cp_png *file) {
  png_destroy_read_struct(&file->decoder, &file->info, NULL);
  free(file->rows);
  free(file->blended);
  free(file);
}
