#pragma once
#include <archive.h>  // decompression only; tars are read by our own index, which keeps names as bytes
