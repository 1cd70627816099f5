#include "kernels.h"

static _Thread_local int64_t live;

int64_t ck_live_bytes(int64_t change) { return live += change; }
