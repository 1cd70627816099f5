import CKernels
import Glibc

/// Numbers in row-major order, with the place where their gradient comes together.
///
/// A tensor belongs to the thread that made it (it isn't Sendable); copies share the numbers.
public struct Tensor {
  /// The outermost dimension first; empty for a scalar.
  public let shape: [Int]
  /// How the numbers are stored.
  public let element: Element
  /// Where ∂loss/∂self comes together; nil when nobody asks for it.
  public internal(set) var gradient: Gradient?
  /// Makes the numbers again from what is kept anyway, for those who'd else keep them until backward.
  var recipe: (() -> Tensor)?
  /// What this parameter's gradient is summed by, in a pass with lanes.
  var laneSums: LaneSums?
  let storage: Storage
  let offset: Int

  /// A tensor whose numbers aren't set yet.
  public init(shape: [Int], element: Element = .f32) {
    let bytes = shape.reduce(1, *) * element.size
    self.init(shape: shape, element: element, storage: Storage(bytes: bytes), offset: 0)
  }

  /// A tensor of one f32 number again and again.
  public init(shape: [Int], repeating value: Float) {
    self.init(shape: shape)
    buffer.update(repeating: value)
  }

  /// A tensor of f32 numbers, given in row-major order.
  public init(shape: [Int], _ values: [Float]) {
    self.init(shape: shape)
    precondition(values.count == count, "tensor: \(values.count) values for shape \(shape)")
    _ = buffer.update(from: values)
  }

  /// A tensor over f32 numbers that lie elsewhere, in a mapped file for instance, and are only read.
  ///
  /// - Parameter owner: who keeps them there; lives as long as the tensor.
  package init(shape: [Int], over numbers: UnsafePointer<Float>, of owner: AnyObject) {
    let bytes = shape.reduce(1, *) * MemoryLayout<Float>.stride
    self.init(shape: shape, element: .f32, storage: Storage(numbers, bytes: bytes, of: owner), offset: 0)
  }

  init(shape: [Int], element: Element, storage: Storage, offset: Int) {
    self.shape = shape
    self.element = element
    self.storage = storage
    self.offset = offset
  }
}

extension Tensor {
  /// How many numbers there are.
  public var count: Int { shape.reduce(1, *) }
  /// The last dimension; 1 for a scalar.
  public var width: Int { shape.last ?? 1 }
  /// All dimensions but the last, multiplied.
  public var rows: Int { shape.dropLast().reduce(1, *) }

  /// The numbers from index `i` on, whatever their element.
  func at(_ i: Int) -> UnsafeMutableRawPointer { storage.pointer + (offset + i) * element.size }

  /// The numbers of an f32 tensor.
  var pointer: UnsafeMutablePointer<Float> {
    precondition(element == .f32, "pointer: \(shape) is \(element), not f32")
    return at(0).assumingMemoryBound(to: Float.self)
  }

  /// The numbers of an f32 tensor, for a collective or a file. Valid while a tensor of this storage lives.
  public var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  /// The numbers, as f32 whatever their element.
  public var array: [Float] {
    guard element == .bf16 else { return Array(buffer) }
    let halves = UnsafeBufferPointer(start: at(0).assumingMemoryBound(to: UInt16.self), count: count)
    return halves.map { Float(bitPattern: UInt32($0) << 16) }
  }

  /// This tensor's numbers under another shape, of as many, without their gradient and without a copy.
  public func viewed(as shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "view: \(self.shape) as \(shape)")
    return Tensor(shape: shape, element: element, storage: storage, offset: offset)
  }

  /// Rows `range` of the numbers taken as `[rows, width]`, without their gradient and without a copy.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows: \(range) of \(shape)")
    return Tensor(
      shape: [range.count, width], element: element, storage: storage, offset: offset + range.lowerBound * width)
  }

  /// Elements `range` of all the numbers, without a copy.
  public func elements(_ range: Range<Int>) -> Tensor { viewed(as: [count, 1]).rows(range) }

  /// Copies all of `other`'s numbers over these, rounded to bf16 or widened to f32 where their elements differ.
  public func set(_ other: Tensor) {
    precondition(other.count == count, "set: \(other.shape) into \(shape)")
    if element == other.element {
      memcpy(at(0), other.at(0), count * element.size)
    } else {
      inParallel(count, atLeast: 1 << 15, unit: 32) { part in
        let at = part.lowerBound
        if element == .bf16 {
          ck.convert_bf16(self.at(at), other.pointer + at, part.count)
        } else {
          ck.widen_bf16(pointer + at, other.at(at), part.count, 0)
        }
      }
    }
  }

  /// This tensor's numbers stored as `element`, without their gradient; itself where they are already.
  package func converted(to element: Element) -> Tensor {
    if element == self.element { return self }
    let y = Tensor(shape: shape, element: element)
    y.set(self)
    return y
  }

  /// Sets all numbers to one; bf16 ones only to 0.
  public func fill(_ value: Float) {
    guard value != 0 else {
      _ = memset(at(0), 0, count * element.size)
      return
    }
    buffer.update(repeating: value)
  }

  /// What to keep until backward: the recipe if there is one, else the numbers.
  var kept: () -> Tensor {
    if let recipe { return recipe }
    let numbers = viewed(as: shape)
    return { numbers }
  }
}
