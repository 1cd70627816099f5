import CKernels
import COneDNN

/// The one gate to oneDNN: a call that fails is our mistake (a shape, a stride), never the world's.
func check(_ call: String, _ status: dnnl_status_t) {
  precondition(status == dnnl_success, "\(call) failed with oneDNN status \(status.rawValue)")
}

/// The CPU as oneDNN sees it.
enum OneDNN {
  // Safe: made once, and oneDNN only reads an engine.
  nonisolated(unsafe) static let engine: dnnl_engine_t? = {
    holdToLimit
    var engine: dnnl_engine_t?
    check("dnnl_engine_create", dnnl_engine_create(&engine, dnnl_cpu, 0))
    return engine
  }()

  /// Holds oneDNN to `DIAGONAL_MAX_ISA`, once. It takes a limit only before it first looks at the processor.
  static let holdToLimit: Void = {
    let isa: dnnl_cpu_isa_t
    switch ck_level_limit() {
    case -1: return
    case 0: isa = dnnl_cpu_isa_sse41
    case 1: isa = dnnl_cpu_isa_avx2
    case 2: isa = dnnl_cpu_isa_avx512_core
    case 3: isa = dnnl_cpu_isa_avx512_core_bf16
    default: preconditionFailure("DIAGONAL_MAX_ISA: see Processor.checkLimit")
    }
    check("dnnl_set_max_cpu_isa", dnnl_set_max_cpu_isa(isa))
  }()

  /// The layout of numbers in memory: how many there are in each dimension, and how many numbers apart neighbours lie.
  static func description(_ dimensions: [Int], strides: [Int], _ element: Element) -> dnnl_memory_desc_t {
    var description = dnnl_memory_desc_t()
    check(
      "dnnl_memory_desc_init_by_strides",
      dnnl_memory_desc_init_by_strides(
        &description, CInt(dimensions.count), dimensions.map(Int64.init), element == .f32 ? dnnl_f32 : dnnl_bf16,
        strides.map(Int64.init)))
    return description
  }
}
