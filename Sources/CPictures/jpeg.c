#include "CPictures.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

struct cp_jpeg {
  struct jpeg_decompress_struct decoder;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  cp_state state;
  char message[JMSG_LENGTH_MAX];
};

static cp_jpeg *owner(j_common_ptr decoder) { return decoder->client_data; }

static void fail(j_common_ptr decoder) {
  cp_jpeg *file = owner(decoder);
  decoder->err->format_message(decoder, file->message);
  file->state.problem = file->message;
  longjmp(file->failed, 1);
}

// Warnings tell of damage that the decoder got over, as Pillow's does.
static void ignore(j_common_ptr decoder, int level) { (void)decoder, (void)level; }

// Called only where bytes are missing: there are never more than those at first.
static boolean ends_early(j_decompress_ptr decoder) {
  cp_jpeg *file = owner((j_common_ptr)decoder);
  file->state.problem = "the file ends too early";
  longjmp(file->failed, 1);
}

// A progressive file of a few kilobytes may ask for thousands of passes over a large picture; encoders make some ten.
enum { most_scans = 100 };
static void count_scans(j_common_ptr decoder) {
  if (((j_decompress_ptr)decoder)->input_scan_number <= most_scans) return;
  cp_jpeg *file = owner(decoder);
  file->state.problem = "it has more than 100 scans";
  longjmp(file->failed, 1);
}

cp_jpeg *cp_jpeg_open(const void *bytes, size_t count) {
  cp_jpeg *file = calloc(1, sizeof *file);
  if (!file) return NULL;
  file->decoder.err = jpeg_std_error(&file->errors);
  file->errors.error_exit = fail;
  file->errors.emit_message = ignore;
  file->decoder.client_data = file;
  if (setjmp(file->failed)) return file;
  jpeg_create_decompress(&file->decoder);
  file->progress.progress_monitor = count_scans;
  file->decoder.progress = &file->progress;
  jpeg_mem_src(&file->decoder, bytes, count);
  file->decoder.src->fill_input_buffer = ends_early;
  jpeg_read_header(&file->decoder, TRUE);
  file->state.width = (int)file->decoder.image_width;
  file->state.height = (int)file->decoder.image_height;
  file->state.channels = file->decoder.num_components;
  return file;
}

cp_state cp_jpeg_state(const cp_jpeg *file) { return file->state; }

void cp_jpeg_read(cp_jpeg *file, unsigned char *rgb) {
  j_decompress_ptr decoder = &file->decoder;
  if (setjmp(file->failed)) return;
  decoder->out_color_space = JCS_RGB;
  jpeg_start_decompress(decoder);
  const size_t row = (size_t)decoder->output_width * 3;
  while (decoder->output_scanline < decoder->output_height) {
    JSAMPROW rows[4];
    for (unsigned i = 0; i < 4; i++) rows[i] = rgb + (decoder->output_scanline + i) * row;
    const unsigned left = decoder->output_height - decoder->output_scanline;
    jpeg_read_scanlines(decoder, rows, left < 4 ? left : 4);
  }
}

void cp_jpeg_close(cp_jpeg *file) {
  jpeg_destroy_decompress(&file->decoder);
  free(file);
}
