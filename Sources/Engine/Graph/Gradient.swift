/// Where the gradient of a tensor comes together, and how it goes on to the tensors that it was computed from.
///
/// There is no tape and no global: a graph is gradients that hold the gradients they lead to. A backward closure keeps
/// only the tensors in its capture list; what isn't in one is free as soon as forward has passed.
public final class Gradient {
  /// Gets each leaf that a backward pass is through with: nothing of its graph adds to the leaf's gradient any more.
  public typealias Listener = (Gradient) throws -> Void
  /// Takes ∂loss/∂self on to the sources. Where it runs a backward pass of its own, the listener is that pass's too.
  typealias Step = (Tensor, Listener?) throws -> Void

  let shape: [Int]
  let element: Element
  private let sources: [Gradient]
  /// Longest way to a parameter. Gradients are finished from the deepest to the shallowest.
  private let depth: Int
  private var backward: Step?
  private var tensor: Tensor?
  private var holds = false
  /// Gives the tensor that a collection comes together in, once there is something to collect.
  private var place: (() -> Tensor)?
  /// Whether a collection has ended and no other has begun: what came now would be lost.
  private var collected = false

  /// A leaf: a parameter, or features that another graph continues.
  init(shape: [Int], element: Element = .f32) {
    self.shape = shape
    self.element = element
    sources = []
    depth = 0
  }

  init(shape: [Int], element: Element, sources: [Gradient], backward: @escaping Step) {
    self.shape = shape
    self.element = element
    self.sources = sources
    self.backward = backward
    depth = 1 + (sources.map(\.depth).max() ?? 0)
  }

  /// What has come together; nil when nothing has.
  public var value: Tensor? { holds ? tensor : nil }

  /// Where a backward closure puts its part. It adds if `adds`, else overwrites all of it.
  func claim() -> (dx: Tensor, adds: Bool) {
    precondition(!collected, "gradient: \(shape) is claimed after its collection has ended")
    let dx = tensor ?? place?() ?? Tensor(shape: shape, element: element)
    defer {
      tensor = dx
      holds = true
    }
    return (dx, holds)
  }

  /// As `claim`, for those who can only add: what isn't set yet is set to zero.
  func claimToAdd() -> Tensor {
    let (dx, adds) = claim()
    if !adds { dx.fill(0) }
    return dx
  }

  /// Takes `dy` as this gradient's part, without a copy if it is the first. The caller gives `dy` away.
  func accept(_ dy: Tensor) {
    precondition(dy.element == element, "gradient: \(dy.element) for \(element)")
    if tensor != nil || place != nil {
      let (dx, adds) = claim()
      if adds { dx.add(dy) } else { dx.set(dy) }
    } else {
      tensor = dy.viewed(as: shape)
      holds = true
    }
  }

  /// From now on this leaf's gradient comes together in the tensor that `place` gives when the first part is there; its
  /// numbers aren't looked at before they are overwritten.
  func collect(in place: @escaping () -> Tensor) {
    self.place = place
    tensor = nil
    (holds, collected) = (false, false)
  }

  private func settle() {
    if !holds { claim().dx.fill(0) }
  }

  /// Ends the collection, if it hasn't ended: sets to zero what no backward closure has reached, and lets go of the
  /// tensor.
  package func finishCollecting() {
    guard place != nil else { return }
    settle()
    (place, tensor) = (nil, nil)
    (holds, collected) = (false, true)
  }

  /// Runs from these outputs, whose gradients are set, back to the leaves, and frees the graph on the way.
  ///
  /// - Parameter finished: gets each leaf once nothing of this graph adds to it any more.
  /// - Throws: what a backward closure throws; a collective may sit in one.
  static func run(from outputs: [Gradient], finished: Listener?) throws {
    let order = inOrder(outputs)
    guard let finished else { return try order.forEach { try $0.pass(nil) } }
    var readers: [ObjectIdentifier: Int] = [:]
    for leaf in order.lazy.flatMap(\.leaves) { readers[ObjectIdentifier(leaf), default: 0] += 1 }
    for gradient in order {
      try gradient.pass(finished)
      for leaf in gradient.leaves {
        readers[ObjectIdentifier(leaf)]! -= 1
        guard readers[ObjectIdentifier(leaf)] == 0 else { continue }
        leaf.settle()
        try finished(leaf)
      }
    }
  }

  private var leaves: [Gradient] { sources.filter(\.sources.isEmpty) }

  private func pass(_ finished: Listener?) throws {
    guard let backward else { return }
    self.backward = nil
    defer { tensor = nil }
    if let dy = value { try backward(dy, finished) }
  }

  /// All gradients reachable from `outputs`, the deepest first.
  private static func inOrder(_ outputs: [Gradient]) -> [Gradient] {
    var seen = Set<ObjectIdentifier>()
    var found: [Gradient] = []
    var waiting = outputs
    while let next = waiting.popLast() {
      guard seen.insert(ObjectIdentifier(next)).inserted else { continue }
      found.append(next)
      waiting += next.sources
    }
    // Sorting by depth alone would leave equals in any order, and sums in any order differ in their last bits.
    return found.enumerated().sorted { ($0.element.depth, $1.offset) > ($1.element.depth, $0.offset) }.map(\.element)
  }
}

extension Tensor {
  /// This tensor as computed from `inputs`: `backward` gets ∂loss/∂self and adds to the inputs' gradients.
  ///
  /// Does nothing when no input learns, so evaluation keeps nothing.
  ///
  /// - Parameter element: of the gradient; the tensor's own if nil.
  func derived(
    from inputs: Gradient?..., element: Element? = nil, backward: @escaping (Tensor) throws -> Void
  ) -> Tensor {
    derived(fromAll: inputs, element: element, backward: backward)
  }

  /// This tensor as computed from any number of inputs, as `derived(from:)` has it of a few.
  func derived(
    fromAll inputs: [Gradient?], element: Element? = nil, backward: @escaping (Tensor) throws -> Void
  ) -> Tensor {
    derived(fromLearning: inputs.compactMap { $0 }, element: element ?? self.element) { dy, _ in try backward(dy) }
  }

  /// This tensor as computed from one input by a graph that `backward` builds and runs itself, with the same listener.
  func derived(from input: Gradient, backward: @escaping Gradient.Step) -> Tensor {
    derived(fromLearning: [input], element: element, backward: backward)
  }

  private func derived(
    fromLearning sources: [Gradient], element: Element, backward: @escaping Gradient.Step
  ) -> Tensor {
    var y = self
    y.gradient =
      sources.isEmpty ? nil : Gradient(shape: shape, element: element, sources: sources, backward: backward)
    return y
  }

  /// This tensor with a way to make it again. Without learners nobody keeps anything, and nothing is noted.
  func remade(by recipe: @escaping () -> Tensor) -> Tensor {
    guard gradient != nil else { return self }
    var y = self
    y.recipe = recipe
    return y
  }

  /// These numbers as a leaf whose gradient is asked for.
  public func learning() -> Tensor {
    var leaf = self
    leaf.gradient = Gradient(shape: shape, element: element)
    return leaf
  }
}

/// Runs the graph of `outputs` backward.
///
/// - Parameters:
///   - outputs: tensors, each with ∂loss/∂tensor of the same shape. Those that don't learn are passed over.
///   - finished: gets each leaf as soon as its gradient has all that this graph adds to it, parts of the graph that are
///     made again included. The order is that of the graph's form alone.
public func backward(
  _ outputs: [(tensor: Tensor, gradient: Tensor)], finished: Gradient.Listener? = nil
) throws {
  for (tensor, gradient) in outputs {
    precondition(tensor.shape == gradient.shape, "backward: \(tensor.shape) with gradient \(gradient.shape)")
    guard let place = tensor.gradient else { continue }
    let (dx, adds) = place.claim()
    if adds { dx.add(gradient) } else { dx.set(gradient) }
  }
  try Gradient.run(from: outputs.compactMap(\.tensor.gradient), finished: finished)
}
