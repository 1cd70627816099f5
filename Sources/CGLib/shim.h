#pragma once
#include <glib.h>  // checksums
