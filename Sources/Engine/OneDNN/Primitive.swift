import COneDNN

/// A primitive with the memory objects of its arguments, ready to run on other addresses.
///
/// Scratch memory is ours: a library-managed one would make the primitive unsafe for two workers of one process.
final class Primitive {
  private let primitive: dnnl_primitive_t
  private let stream: dnnl_stream_t
  private var arguments: [dnnl_exec_arg_t] = []
  private let scratchBytes: Int

  private static func implementation(_ description: dnnl_primitive_desc_t?) -> String {
    var name: UnsafePointer<CChar>?
    check("dnnl_primitive_desc_query", dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name))
    return name.map { String(cString: $0) } ?? ""
  }

  /// Makes the primitive that a description tells of.
  ///
  /// - Parameters:
  ///   - description: a primitive's with `dnnl_scratchpad_mode_user`; it stays the caller's.
  ///   - memories: each argument's index (`DNNL_ARG_…`) and layout, in the order that `run` takes addresses.
  init(description: dnnl_primitive_desc_t?, memories: [(Int32, dnnl_memory_desc_t)]) {
    let implementation = Self.implementation(description)
    // A reference implementation is a hundred times slower: a layout that oneDNN wasn't written for.
    precondition(!implementation.hasPrefix("ref"), "oneDNN has only \(implementation) for \(memories.map(\.1.dims))")

    var made: dnnl_primitive_t?
    check("dnnl_primitive_create", dnnl_primitive_create(&made, description))
    var opened: dnnl_stream_t?
    check("dnnl_stream_create", dnnl_stream_create(&opened, OneDNN.engine, UInt32(dnnl_stream_default_flags.rawValue)))
    guard let made, let opened else { preconditionFailure("oneDNN: no primitive") }
    (primitive, stream) = (made, opened)

    let scratch = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0)
    scratchBytes = scratch.map { dnnl_memory_desc_get_size($0) } ?? 0
    for (index, layout) in memories { arguments.append(Self.argument(index, layout)) }
    if let scratch, scratchBytes > 0 { arguments.append(Self.argument(DNNL_ARG_SCRATCHPAD, scratch.pointee)) }
  }

  private static func argument(_ index: Int32, _ layout: dnnl_memory_desc_t) -> dnnl_exec_arg_t {
    var layout = layout
    var memory: dnnl_memory_t?
    check("dnnl_memory_create", dnnl_memory_create(&memory, &layout, OneDNN.engine, nil))
    return dnnl_exec_arg_t(arg: index, memory: memory)
  }

  /// Runs the primitive over the arguments at these addresses, and returns when it is done.
  func run(_ addresses: [UnsafeMutableRawPointer]) {
    guard scratchBytes > 0 else { return execute(addresses) }
    Scratch.with(bytes: scratchBytes) { execute(addresses + [$0]) }
  }

  private func execute(_ addresses: [UnsafeMutableRawPointer]) {
    for (argument, address) in zip(arguments, addresses) {
      check("dnnl_memory_set_data_handle", dnnl_memory_set_data_handle_v2(argument.memory, address, stream))
    }
    check("dnnl_primitive_execute", dnnl_primitive_execute(primitive, stream, CInt(arguments.count), arguments))
    check("dnnl_stream_wait", dnnl_stream_wait(stream))
  }
}
