/// Numbers in row-major order, with the place where their gradient comes together.
///
/// A tensor belongs to the thread that made it (it isn't Sendable); copies share the numbers.
public struct Tensor {
  public let shape: [Int]
  /// Where ∂loss/∂self comes together; nil when nobody asks for it.
  public internal(set) var gradient: Gradient?
  let storage: Storage
  let offset: Int

  /// Numbers that aren't set yet.
  public init(shape: [Int]) {
    let count = shape.reduce(1, *)
    self.init(shape: shape, storage: Storage(bytes: count * MemoryLayout<Float>.stride), offset: 0)
  }

  public init(shape: [Int], repeating value: Float) {
    self.init(shape: shape)
    buffer.update(repeating: value)
  }

  public init(shape: [Int], _ values: [Float]) {
    self.init(shape: shape)
    precondition(values.count == count, "tensor: \(values.count) values for shape \(shape)")
    _ = buffer.update(from: values)
  }

  init(shape: [Int], storage: Storage, offset: Int, gradient: Gradient? = nil) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    self.gradient = gradient
  }
}

extension Tensor {
  public var count: Int { shape.reduce(1, *) }
  /// The last dimension; 1 for a scalar.
  public var width: Int { shape.last ?? 1 }
  /// All dimensions but the last, multiplied.
  public var rows: Int { shape.dropLast().reduce(1, *) }

  var pointer: UnsafeMutablePointer<Float> { storage.pointer.assumingMemoryBound(to: Float.self) + offset }

  /// The numbers, for a collective or a file. Valid while a tensor of this storage lives.
  public var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  public var array: [Float] { Array(buffer) }

  /// The same numbers under another shape, without their gradient.
  public func viewed(as shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "view: \(self.shape) as \(shape)")
    return Tensor(shape: shape, storage: storage, offset: offset)
  }

  /// Rows `range` of the numbers taken as `[rows, width]`, without their gradient and without a copy.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows: \(range) of \(shape)")
    return Tensor(shape: [range.count, width], storage: storage, offset: offset + range.lowerBound * width)
  }

  /// Copies all of `other`'s numbers over these.
  public func set(_ other: Tensor) {
    precondition(other.count == count, "set: \(other.shape) into \(shape)")
    _ = buffer.update(from: UnsafeBufferPointer(other.buffer))
  }

  public func fill(_ value: Float) { buffer.update(repeating: value) }
}
