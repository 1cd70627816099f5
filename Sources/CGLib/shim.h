#pragma once
#include <glib.h>  // texts in other encodings
