/// A matrix, or a stack of matrices, within a tensor's numbers.
struct Matrix {
  let tensor: Tensor
  /// `[stack, rows, columns]`; a stack of 1 for a plain matrix.
  let shape: [Int]
  let strides: [Int]

  /// The tensor as `[rows, width]`.
  init(_ tensor: Tensor) {
    self.init(tensor: tensor, shape: [1, tensor.rows, tensor.width], strides: [tensor.count, tensor.width, 1])
  }

  /// The tensor as a stack of matrices of its last two dimensions.
  init(stack tensor: Tensor) {
    let (rows, columns) = (tensor.shape[tensor.shape.count - 2], tensor.width)
    self.init(
      tensor: tensor, shape: [tensor.count / (rows * columns), rows, columns], strides: [rows * columns, columns, 1])
  }

  private init(tensor: Tensor, shape: [Int], strides: [Int]) {
    self.tensor = tensor
    self.shape = shape
    self.strides = strides
  }

  /// The same matrix over other numbers, laid out alike.
  func over(_ tensor: Tensor) -> Matrix { Matrix(tensor: tensor, shape: shape, strides: strides) }

  var transposed: Matrix {
    Matrix(
      tensor: tensor, shape: [shape[0], shape[2], shape[1]], strides: [strides[0], strides[2], strides[1]])
  }
}
