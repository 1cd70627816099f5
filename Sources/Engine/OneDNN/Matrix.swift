/// A matrix, or a stack of matrices, within a tensor's numbers.
struct Matrix {
  let tensor: Tensor
  /// `[stack, rows, columns]`; a stack of 1 for a plain matrix.
  let shape: [Int]
  /// How many numbers apart neighbours lie, for each dimension of `shape`.
  let strides: [Int]

  /// The tensor's numbers as one matrix `[rows, width]`.
  init(_ tensor: Tensor) {
    self.init(tensor: tensor, shape: [1, tensor.rows, tensor.width], strides: [tensor.count, tensor.width, 1])
  }

  /// The tensor's numbers as a stack of matrices of its last two dimensions.
  init(stack tensor: Tensor) {
    let (rows, columns) = (tensor.shape[tensor.shape.count - 2], tensor.width)
    self.init(
      tensor: tensor, shape: [tensor.count / (rows * columns), rows, columns], strides: [rows * columns, columns, 1])
  }

  init(tensor: Tensor, shape: [Int], strides: [Int]) {
    self.tensor = tensor
    self.shape = shape
    self.strides = strides
  }

  /// A matrix of this shape and these strides over another tensor's numbers.
  func over(_ tensor: Tensor) -> Matrix { Matrix(tensor: tensor, shape: shape, strides: strides) }

  /// Each matrix with rows and columns exchanged, without a copy.
  var transposed: Matrix {
    Matrix(
      tensor: tensor, shape: [shape[0], shape[2], shape[1]], strides: [strides[0], strides[2], strides[1]])
  }
}
