#pragma once
#include <oneapi/dnnl/dnnl.h>

// Swift can't see the OpenMP runtime through oneDNN's headers: the number of threads of the calling thread's regions.
extern void omp_set_num_threads(int threads);
extern int omp_get_max_threads(void);
