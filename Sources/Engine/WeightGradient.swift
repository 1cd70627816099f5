import COneDNN

/// c = aᵀ · b over many rows, as oneDNN's backward pass of an inner product by its weights.
///
/// Its own matmul is slower with a transposed first factor. One core of a Zen 5 server, GFLOP/s of matmul and of this:
///
///     f32,  1600 rows, 768 × 3072: 209 → 248;  8320 rows, 768 × 192: 217 → 247
///     bf16, 1600 rows, 768 × 3072: 492 → 533;  8320 rows, 768 × 192: 397 → 435
///
/// It can't add to what is there, so sums over chunks stay with matmul.
extension ProductPlan {
  var isGradientOfWeights: Bool {
    let (rows, inner, columns) = (shape[1], shape[2], shape[3])
    let firstIsTransposed = rows > 1 && strides[1] == 1 && strides[2] == rows
    let restIsPlain = strides[4] == columns && strides[5] == 1 && strides[7] == columns && strides[8] == 1
    return shape[0] == 1 && inner > 1 && firstIsTransposed && restIsPlain && elements[2] == .f32
      && !adds && !bias && !plus
  }

  func compileGradientOfWeights() -> Primitive {
    let (outputs, rows, inputs) = (shape[1], shape[2], shape[3])
    var dy = OneDNN.description([rows, outputs], strides: [outputs, 1], elements[0])
    var x = OneDNN.description([rows, inputs], strides: [inputs, 1], elements[1])
    var dw = OneDNN.description([outputs, inputs], strides: [inputs, 1], elements[2])
    var w = OneDNN.description([outputs, inputs], strides: [inputs, 1], elements[1])

    var forward = dnnl_inner_product_desc_t()
    check(
      "dnnl_inner_product_forward_desc_init",
      dnnl_inner_product_forward_desc_init(&forward, dnnl_forward_training, &x, &w, nil, &dy))
    var hint: dnnl_primitive_desc_t?
    check("dnnl_primitive_desc_create", dnnl_primitive_desc_create(&hint, &forward, nil, OneDNN.engine, nil))
    defer { dnnl_primitive_desc_destroy(hint) }

    var operation = dnnl_inner_product_desc_t()
    check(
      "dnnl_inner_product_backward_weights_desc_init",
      dnnl_inner_product_backward_weights_desc_init(&operation, &x, &dw, nil, &dy))
    var attributes: dnnl_primitive_attr_t?
    check("dnnl_primitive_attr_create", dnnl_primitive_attr_create(&attributes))
    defer { dnnl_primitive_attr_destroy(attributes) }
    return Primitive(
      operation: &operation, attributes: attributes,
      memories: [(DNNL_ARG_DIFF_DST, dy), (DNNL_ARG_SRC, x), (DNNL_ARG_DIFF_WEIGHTS, dw)], forward: hint)
  }
}
