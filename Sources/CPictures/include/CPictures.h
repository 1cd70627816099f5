#pragma once
#include <stddef.h>

// JPEG and PNG to RGB bytes by libjpeg-turbo and libpng themselves, in half the time that libvips takes over the same
// libraries, and with each file's own reason where one can't be read: libvips keeps messages for the whole process.
// In C since both libraries leave a failed call by longjmp. Bytes must stay while a file is open.

typedef struct cp_jpeg cp_jpeg;
typedef struct cp_png cp_png;

typedef struct {
  int width, height;
  /// Of the file: 1 grey, 3 colours, 4 inks in a JPEG; one more with transparency in a PNG.
  int channels;
  /// Why the file, or its pixels, can't be read; NULL while all is well.
  const char *problem;
} cp_state;

/// Reads the header. NULL only where there is no memory.
cp_jpeg *cp_jpeg_open(const void *bytes, size_t count);
cp_state cp_jpeg_state(const cp_jpeg *file);
/// Fills `rgb`, [height, width, 3]. For 1 or 3 channels; grey thrice. A file that ends early is a problem, as in Pillow.
void cp_jpeg_read(cp_jpeg *file, unsigned char *rgb);
void cp_jpeg_close(cp_jpeg *file);

/// Reads the header. NULL only where there is no memory.
cp_png *cp_png_open(const void *bytes, size_t count);
cp_state cp_png_state(const cp_png *file);
/// Fills `rgb`, [height, width, 3], of 16 bits the upper 8. Blends over a grey of `level`; ignores transparency if below 0.
void cp_png_read(cp_png *file, int level, unsigned char *rgb);
void cp_png_close(cp_png *file);
