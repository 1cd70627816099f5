// Every kernel over what goes into matrix products, compiled for f32 and for bf16.
#include "kernel.h"

#define CK_T float
#define CK_NAME(name) name##_f32
#include "typed/all.inc"
#undef CK_T
#undef CK_NAME

#define CK_T ck_bf16
#define CK_NAME(name) name##_bf16
#include "typed/all.inc"
