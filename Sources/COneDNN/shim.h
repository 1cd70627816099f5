#pragma once
#include <oneapi/dnnl/dnnl.h>

// Swift can't see the OpenMP runtime through oneDNN's headers: the number of threads of the calling thread's regions.
extern void omp_set_num_threads(int threads);
extern int omp_get_max_threads(void);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
// What the environment may say of them.
extern void omp_set_dynamic(int dynamic);
extern int omp_get_thread_limit(void);

// GCC's entry to a parallel region: clang would emit calls to another runtime, and two pools of threads would fight for
// the cores. With this one, our loops run on the very threads that oneDNN uses.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
