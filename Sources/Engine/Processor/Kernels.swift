import CKernels

/// Our kernels, as compiled for this processor.
let ck = ck_kernels_at_hand().pointee
