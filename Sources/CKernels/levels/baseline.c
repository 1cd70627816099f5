// All kernels for what every processor of the architecture has.
#include "kernels.h"

#define CK_LEVEL CK_BASELINE
#define CK_TARGET
#define CK_TABLE ck_kernels_baseline
#include "all.inc"
