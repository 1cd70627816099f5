#include "kernels.h"

static _Thread_local int64_t live, peak;
static _Thread_local void *pool;

void *ck_thread_pool(void) { return pool; }
void ck_set_thread_pool(void *own) { pool = own; }

int64_t ck_live_bytes(int64_t change) {
  live += change;
  if (live > peak) peak = live;
  return live;
}

int64_t ck_live_bytes_peak(int restart) {
  const int64_t found = peak;
  if (restart) peak = live;
  return found;
}
