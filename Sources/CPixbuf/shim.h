#pragma once
#include <gdk-pixbuf/gdk-pixbuf.h>  // BMP, which libvips reads by ImageMagick only; libvips' SVG loader brings it
