/// A matrix, or a stack of matrices, within a tensor's numbers.
package struct Matrix {
  package let tensor: Tensor
  /// `[stack, rows, columns]`; a stack of 1 for a plain matrix.
  package let shape: [Int]
  /// How many numbers apart neighbours lie, for each dimension of `shape`.
  package let strides: [Int]

  /// The tensor's numbers as one matrix `[rows, width]`.
  package init(_ tensor: Tensor) {
    self.init(tensor: tensor, shape: [1, tensor.rows, tensor.width], strides: [tensor.count, tensor.width, 1])
  }

  /// The tensor's numbers as a stack of matrices of its last two dimensions.
  package init(stack tensor: Tensor) {
    let (rows, columns) = (tensor.shape[tensor.shape.count - 2], tensor.width)
    self.init(
      tensor: tensor, shape: [tensor.count / (rows * columns), rows, columns], strides: [rows * columns, columns, 1])
  }

  package init(tensor: Tensor, shape: [Int], strides: [Int]) {
    self.tensor = tensor
    self.shape = shape
    self.strides = strides
  }

  /// A matrix of this shape and these strides over another tensor's numbers.
  func over(_ tensor: Tensor) -> Matrix { Matrix(tensor: tensor, shape: shape, strides: strides) }

  /// Each matrix with rows and columns exchanged, without a copy.
  package var transposed: Matrix {
    Matrix(
      tensor: tensor, shape: [shape[0], shape[2], shape[1]], strides: [strides[0], strides[2], strides[1]])
  }

  /// The address of a number.
  func at(_ matrix: Int, _ row: Int, _ column: Int) -> UnsafeMutableRawPointer {
    tensor.at(matrix * strides[0] + row * strides[1] + column * strides[2])
  }
}
