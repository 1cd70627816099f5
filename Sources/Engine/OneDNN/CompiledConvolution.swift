import COneDNN

/// A convolution, and the way of its weights between PyTorch's layout and the one that oneDNN chose.
final class CompiledConvolution {
  private let convolution: Primitive
  private let reorder: Primitive
  /// Bytes of the weights in oneDNN's layout.
  private let weightBytes: Int

  init(_ plan: ConvolutionPlan) {
    var description: dnnl_primitive_desc_t?
    var operation = plan.operation()
    withAttributes {
      check(
        "dnnl_primitive_desc_create", dnnl_primitive_desc_create(&description, &operation, $0, OneDNN.engine, nil))
    }
    defer { dnnl_primitive_desc_destroy(description) }
    let chosen = dnnl_primitive_desc_query_md(description, plan.weightQuery, 0)
    guard let weights = chosen?.pointee else { preconditionFailure("oneDNN: no weights of \(plan)") }
    weightBytes = withUnsafePointer(to: weights) { dnnl_memory_desc_get_size($0) }
    convolution = Primitive(description: description, memories: plan.memories(weights: weights))
    reorder = Self.reorder(plan, weights)
  }

  func forward(_ y: Tensor, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?) {
    Scratch.with(bytes: weightBytes) { ordered in
      reorder.run([weight.at(0), ordered])
      convolution.run([x.at(0), ordered, y.at(0)] + (bias.map { [$0.at(0)] } ?? []))
    }
  }

  func backwardInput(_ dx: Tensor, _ dy: Tensor, _ weight: Tensor) {
    Scratch.with(bytes: weightBytes) { ordered in
      reorder.run([weight.at(0), ordered])
      convolution.run([dx.at(0), ordered, dy.at(0)])
    }
  }

  func backwardWeight(_ dw: Tensor, _ dy: Tensor, _ x: Tensor) {
    Scratch.with(bytes: weightBytes) { ordered in
      convolution.run([x.at(0), ordered, dy.at(0)])
      reorder.run([ordered, dw.at(0)])
    }
  }

  private static func reorder(_ plan: ConvolutionPlan, _ chosen: dnnl_memory_desc_t) -> Primitive {
    var (from, to) = (plan.plainWeights, chosen)
    var adds = false
    if case .weight(let adding, _) = plan.pass { (from, to, adds) = (chosen, plan.plainWeights, adding) }
    var description: dnnl_primitive_desc_t?
    withAttributes(adds: adds) {
      check(
        "dnnl_reorder_primitive_desc_create",
        dnnl_reorder_primitive_desc_create(&description, &from, OneDNN.engine, &to, OneDNN.engine, $0))
    }
    defer { dnnl_primitive_desc_destroy(description) }
    return Primitive(description: description, memories: [(DNNL_ARG_FROM, from), (DNNL_ARG_TO, to)])
  }
}

/// Calls `body` with attributes: scratch memory is ours; the result is added if asked.
private func withAttributes(adds: Bool = false, _ body: (dnnl_primitive_attr_t?) -> Void) {
  var attributes: dnnl_primitive_attr_t?
  var additions: dnnl_post_ops_t?
  check("dnnl_primitive_attr_create", dnnl_primitive_attr_create(&attributes))
  check("dnnl_post_ops_create", dnnl_post_ops_create(&additions))
  defer {
    dnnl_post_ops_destroy(additions)
    dnnl_primitive_attr_destroy(attributes)
  }
  check(
    "dnnl_primitive_attr_set_scratchpad_mode",
    dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user))
  if adds { check("dnnl_post_ops_append_sum", dnnl_post_ops_append_sum(additions, 1)) }
  check("dnnl_primitive_attr_set_post_ops", dnnl_primitive_attr_set_post_ops(attributes, additions))
  body(attributes)
}
