import CKernels

/// Our kernels, as compiled for this processor.
let ck = ck_kernels_at_hand().pointee

/// Those that know two ways with bf16 numbers, in the faster one: without the instruction for pairs of them where it is slower
/// than f32's.
let ckOfBF16: ck_kernels = {
  guard ck.level.rawValue > CK_AVX512.rawValue, !Processor.multipliesBF16Faster, let widening = ck_kernels_of(CK_AVX512)
  else {
    return ck
  }
  return widening.pointee
}()
