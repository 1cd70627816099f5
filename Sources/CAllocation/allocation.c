#define _GNU_SOURCE
#include "CAllocation.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static atomic_bool ends;

static _Atomic(const char *) advice;

void ca_end_without_memory(const char *words) {
  atomic_store(&advice, words);
#ifdef __GLIBC__
  struct rlimit limit;
  // Of few addresses each thread would get 64 MiB to take its memory from, and others no stack.
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) mallopt(M_ARENA_MAX, 1);
#endif
  atomic_store(&ends, 1);
}

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

static const size_t most = (size_t)1 << 30;

// Takes no memory, and runs no handlers, which would wait for other threads.
static _Noreturn void end(size_t bytes) {
  char line[320];
  int length = snprintf(line, sizeof line,
                        "Error: there is no memory for %zu bytes more: raise the limit (ulimit -v, the container's)%s\n",
                        bytes, atomic_load(&advice));
  __attribute__((unused)) ssize_t said = write(STDERR_FILENO, line, (size_t)length);
  _exit(1);
}

static void *had(void *block, size_t bytes) {
  if (!block && bytes > 0 && bytes <= most && atomic_load_explicit(&ends, memory_order_relaxed)) end(bytes);
  return block;
}

// glibc's own, for what a search for the next ones may ask for.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// The next function of this name, glibc's or that of a library that was put before it (LD_PRELOAD), to whose free the block
// will go.
#define NEXT(name, ...)                                                               \
  static _Atomic(__typeof__(&name)) next;                                             \
  static _Thread_local int searches;                                                  \
  __typeof__(&name) found = atomic_load_explicit(&next, memory_order_relaxed);        \
  if (!found) {                                                                       \
    if (searches) return __libc_##name(__VA_ARGS__);                                  \
    searches = 1;                                                                     \
    found = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                               \
    searches = 0;                                                                     \
    atomic_store_explicit(&next, found, memory_order_relaxed);                        \
  }

void *malloc(size_t bytes) {
  NEXT(malloc, bytes)
  return had(found(bytes), bytes);
}

void *calloc(size_t count, size_t bytes) {
  NEXT(calloc, count, bytes)
  size_t all;
  if (__builtin_mul_overflow(count, bytes, &all)) all = 0;
  return had(found(count, bytes), all);
}

void *realloc(void *block, size_t bytes) {
  NEXT(realloc, block, bytes)
  return had(found(block, bytes), bytes);
}

void *memalign(size_t alignment, size_t bytes);
void *memalign(size_t alignment, size_t bytes) {
  NEXT(memalign, alignment, bytes)
  return had(found(alignment, bytes), bytes);
}

// posix_memalign stays as it is: it is asked for tensors, whose own sentence says more.

#endif
