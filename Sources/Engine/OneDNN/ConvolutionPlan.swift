import COneDNN

/// The sizes of a convolution of pictures by square filters.
struct ConvolutionSizes: Hashable, Sendable {
  let batch: Int
  let height: Int
  let width: Int
  let channels: Int
  let filters: Int
  let side: Int
  let stride: Int
  let padding: Int

  /// Height of the result.
  var down: Int { (height + 2 * padding - side) / stride + 1 }
  /// Width of the result.
  var across: Int { (width + 2 * padding - side) / stride + 1 }
  /// Shape of the result.
  var result: [Int] { [batch, down, across, filters] }
}

/// Everything that oneDNN compiles a convolution for.
struct ConvolutionPlan: Hashable, Sendable {
  /// What is computed: the result, or one of its gradients.
  enum Pass: Hashable {
    case forward(biased: Bool)
    /// The gradient of the input.
    case input
    /// The gradient of the weight, added to what is there or not.
    case weight(adds: Bool, stored: Element)
  }

  let sizes: ConvolutionSizes
  let pass: Pass
  let element: Element
  let threads: Int

  static let cache = PrimitiveCache<ConvolutionPlan, CompiledConvolution>()
}

extension ConvolutionPlan {
  /// oneDNN's gradients of weights are f32 whatever goes into the products.
  private var weightElement: Element {
    if case .weight = pass { .f32 } else { element }
  }

  private var plainElement: Element {
    if case .weight(_, let stored) = pass { stored } else { element }
  }

  private var weightShape: [Int] { [sizes.filters, sizes.channels, sizes.side, sizes.side] }

  var plainWeights: dnnl_memory_desc_t {
    let square = sizes.side * sizes.side
    return OneDNN.description(
      weightShape, strides: [sizes.channels * square, square, sizes.side, 1], plainElement)
  }

  var weightQuery: dnnl_query_t {
    if case .weight = pass { dnnl_query_diff_weights_md } else { dnnl_query_weights_md }
  }

  /// In the order of the arguments of `run`.
  func memories(weights: dnnl_memory_desc_t) -> [(Int32, dnnl_memory_desc_t)] {
    switch pass {
    case .forward(let biased):
      [(DNNL_ARG_SRC, input), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, result)]
        + (biased ? [(DNNL_ARG_BIAS, bias)] : [])
    case .input: [(DNNL_ARG_DIFF_SRC, input), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DIFF_DST, result)]
    case .weight: [(DNNL_ARG_SRC, input), (DNNL_ARG_DIFF_WEIGHTS, weights), (DNNL_ARG_DIFF_DST, result)]
    }
  }

  func operation() -> dnnl_convolution_desc_t {
    var operation = dnnl_convolution_desc_t()
    var (input, result, bias) = (input, result, bias)
    var weights = dnnl_memory_desc_t()
    check(
      "dnnl_memory_desc_init_by_tag",
      dnnl_memory_desc_init_by_tag(
        &weights, 4, weightShape.map(Int64.init), weightElement == .f32 ? dnnl_f32 : dnnl_bf16, dnnl_format_tag_any))
    let strides = [Int64](repeating: Int64(sizes.stride), count: 2)
    let padding = [Int64](repeating: Int64(sizes.padding), count: 2)
    switch pass {
    case .forward(let biased):
      check(
        "dnnl_convolution_forward_desc_init",
        withUnsafePointer(to: &bias) {
          dnnl_convolution_forward_desc_init(
            &operation, dnnl_forward_training, dnnl_convolution_direct, &input, &weights, biased ? $0 : nil, &result,
            strides, padding, padding)
        })
    case .input:
      check(
        "dnnl_convolution_backward_data_desc_init",
        dnnl_convolution_backward_data_desc_init(
          &operation, dnnl_convolution_direct, &input, &weights, &result, strides, padding, padding))
    case .weight:
      check(
        "dnnl_convolution_backward_weights_desc_init",
        dnnl_convolution_backward_weights_desc_init(
          &operation, dnnl_convolution_direct, &input, &weights, nil, &result, strides, padding, padding))
    }
    return operation
  }

  private var input: dnnl_memory_desc_t { pictures(sizes.height, sizes.width, sizes.channels) }
  private var result: dnnl_memory_desc_t { pictures(sizes.down, sizes.across, sizes.filters) }
  private var bias: dnnl_memory_desc_t { OneDNN.description([sizes.filters], strides: [1], .f32) }

  /// oneDNN names dimensions batch, channels, height, width in any layout.
  private func pictures(_ height: Int, _ width: Int, _ channels: Int) -> dnnl_memory_desc_t {
    OneDNN.description(
      [sizes.batch, channels, height, width], strides: [height * width * channels, 1, width * channels, channels],
      element)
  }
}
