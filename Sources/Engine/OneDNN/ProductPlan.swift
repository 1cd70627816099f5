import COneDNN

/// c = a · b, by oneDNN.
///
/// - Parameters:
///   - a: `[stack, rows, inner]`
///   - b: `[stack, inner, columns]`
///   - c: `[stack, rows, columns]`
///   - adds: c += a · b instead.
///   - bias: `[columns]`, added to every row.
///   - plus: laid out as c, added too. It may be c's neighbour in a residual sum, never c itself.
func product(_ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool = false, bias: Tensor? = nil, plus: Tensor? = nil) {
  precondition(
    a.shape[0] == b.shape[0] && a.shape[2] == b.shape[1] && c.shape == [a.shape[0], a.shape[1], b.shape[2]],
    "product: \(a.shape) · \(b.shape) into \(c.shape)")
  guard areMultiplied([a.tensor, b.tensor, c.tensor]) else {
    return widenedProduct(a, b, into: c, adds: adds, bias: bias, plus: plus)
  }
  let plan = ProductPlan(
    shape: [a.shape[0], a.shape[1], a.shape[2], b.shape[2]], strides: a.strides + b.strides + c.strides,
    elements: [a.tensor.element, b.tensor.element, c.tensor.element], adds: adds, bias: bias != nil, plus: plus != nil,
    threads: Threads.count)
  ProductPlan.cache.with(plan, compile: { $0.compile() }) { primitive in
    primitive.run([a.tensor, b.tensor, c.tensor, bias, plus].compactMap { $0?.at(0) })
  }
}

/// Everything that oneDNN compiles a product for.
struct ProductPlan: Hashable, Sendable {
  /// stack, rows, inner, columns
  let shape: [Int]
  /// Three of a, three of b, three of c.
  let strides: [Int]
  /// How a, b and c are stored. A bias is f32, as is what is added.
  let elements: [Element]
  let adds: Bool
  let bias: Bool
  let plus: Bool
  let threads: Int

  static let cache = PrimitiveCache<ProductPlan, Primitive>()

  /// Which of oneDNN's implementations: a rule of the shape, never of a clock, since they differ in the last bits.
  ///
  /// Its first choice is `brg`. Its `gemm:jit` is faster where the first factor is transposed, as in gradients of
  /// weights. One core of a Zen 4 server, GFLOP/s of the two, overwriting and adding:
  ///
  ///     f32,  8320 rows, 768 × 192:  94 → 109,  95 → 110      1600 rows, 3072 × 768: 102 → 102,  99 → 104
  ///     bf16, 1040 rows, 768 × 192: 208 → 213, 204 → 214       800 rows, 3072 × 768: 205 → 218, 200 → 210
  private var implementation: String? {
    let (rows, inner) = (shape[1], shape[2])
    let firstIsTransposed = rows > 1 && inner > 1 && strides[1] == 1 && strides[2] == rows
    return shape[0] == 1 && firstIsTransposed && strides[5] == 1 && !bias && !plus ? "gemm:jit" : nil
  }

  func compile() -> Primitive {
    let (stack, rows, inner, columns) = (shape[0], shape[1], shape[2], shape[3])
    var a = layout([stack, rows, inner], strides[0..<3], elements[0])
    var b = layout([stack, inner, columns], strides[3..<6], elements[1])
    var c = layout([stack, rows, columns], strides[6..<9], elements[2])
    var biasLayout = layout([1, 1, columns], [columns, columns, 1], .f32)
    var memories = [(DNNL_ARG_SRC, a), (DNNL_ARG_WEIGHTS, b), (DNNL_ARG_DST, c)]
    if bias { memories.append((DNNL_ARG_BIAS, biasLayout)) }

    var attributes: dnnl_primitive_attr_t?
    var additions: dnnl_post_ops_t?
    check("dnnl_primitive_attr_create", dnnl_primitive_attr_create(&attributes))
    check("dnnl_post_ops_create", dnnl_post_ops_create(&additions))
    if adds { check("dnnl_post_ops_append_sum", dnnl_post_ops_append_sum(additions, 1)) }
    if plus {
      check("dnnl_post_ops_append_binary", dnnl_post_ops_append_binary(additions, dnnl_binary_add, &c))
      memories.append((DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (adds ? 2 : 1) | DNNL_ARG_SRC_1, c))
    }
    check("dnnl_primitive_attr_set_post_ops", dnnl_primitive_attr_set_post_ops(attributes, additions))
    defer {
      dnnl_post_ops_destroy(additions)
      dnnl_primitive_attr_destroy(attributes)
    }

    var operation = dnnl_matmul_desc_t()
    let status =
      bias
      ? dnnl_matmul_desc_init(&operation, &a, &b, &biasLayout, &c) : dnnl_matmul_desc_init(&operation, &a, &b, nil, &c)
    check("dnnl_matmul_desc_init", status)
    return Primitive(operation: &operation, attributes: attributes, memories: memories, preferring: implementation)
  }

  /// A stack of one is described as a plain matrix: oneDNN has faster kernels for it.
  private func layout(_ shape: [Int], _ strides: some Sequence<Int>, _ element: Element) -> dnnl_memory_desc_t {
    let plain = self.shape[0] == 1 ? 1 : 0
    return OneDNN.description(Array(shape.dropFirst(plain)), strides: Array(strides.dropFirst(plain)), element)
  }
}
