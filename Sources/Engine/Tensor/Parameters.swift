import Randomness

/// All parameters of a model in one block of memory, each at a multiple of 64 bytes.
///
/// Layers declare them under OpenCLIP's names while the model is built; `allocate` then lays the block out. Where only the
/// layout is asked for, `layOut` does without the memory.
public final class Parameters {
  /// One parameter's name, shape and place.
  public struct Declaration {
    public let name: String
    public let shape: [Int]
    /// How it is drawn before training.
    public let initial: Initial
    public let role: Role
    /// In floats, from the block's begin; settled by `layOut`.
    public fileprivate(set) var offset = 0
    /// False for one that stays as it is: nobody asks for its gradient, or its average's.
    public fileprivate(set) var learns = true

    public var count: Int { shape.reduce(1, *) }
  }

  /// Who changes a parameter, and what its place in a block of gradients holds.
  public enum Role: Sendable {
    /// The optimizer, by the gradient.
    case learned
    /// A mean over the steps of what their chunks found: the sum of that over the chunks.
    case average
    /// Counts the steps in which the averages declared before it changed: the number of their chunks.
    case counter
  }

  public private(set) var declarations: [Declaration] = []
  private var gradients: [Gradient] = []
  private var block: Tensor?
  /// The values as bf16, for products; nil in f32.
  private var half: Tensor?
  private var end = 0

  public init() {}

  /// Floats in the block, padding included.
  public var blockCount: Int { end }

  /// Floats at the block's begin that hold what learns, padding included: the length of a block of moments.
  public private(set) var learnedCount = 0

  /// The same with the averages and counters behind it that go with what learns: the length of a block of gradients.
  public private(set) var collectedCount = 0

  /// What learns, in the block's order.
  public var learned: [Declaration] { declarations.filter { $0.learns && $0.role == .learned } }

  /// Averages and counters that aren't locked, in the block's order.
  public var averages: [Declaration] { declarations.filter { $0.learns && $0.role != .learned } }

  /// Numbers of all parameters, padding and what is only a statistic excluded.
  public var count: Int { declarations.reduce(0) { $0 + ($1.role == .learned ? $1.count : 0) } }

  fileprivate func declare(
    _ name: String, _ shape: [Int], _ initial: Initial, _ role: Role = .learned
  ) -> Parameter {
    precondition(end == 0, "parameters: \(name) declared after the block was laid out")
    declarations.append(Declaration(name: name, shape: shape, initial: initial, role: role))
    gradients.append(Gradient(shape: shape))
    return Parameter(owner: self, index: declarations.count - 1)
  }

  /// Gives every parameter its place in the block; call it once, when every layer has declared its own.
  ///
  /// - Parameter locked: names of parameters that don't learn. They lie behind those that do, so gradients and moments,
  ///   which are blocks of what learns, are only shorter: less memory, fewer bytes on the wire, and no rule elsewhere.
  public func layOut(locking locked: Set<String> = []) {
    precondition(end == 0, "parameters: laid out twice")
    for i in declarations.indices { declarations[i].learns = !locked.contains(declarations[i].name) }
    place { $0.learns && $0.role == .learned }
    learnedCount = end
    place { $0.learns && $0.role != .learned }
    collectedCount = end
    place { !$0.learns }
  }

  /// Lays out the block and takes memory for it, all zero.
  public func allocate(locking locked: Set<String> = []) {
    layOut(locking: locked)
    block = Tensor(shape: [end], repeating: 0)
  }

  private func place(_ chosen: (Declaration) -> Bool) {
    for i in declarations.indices where chosen(declarations[i]) {
      declarations[i].offset = end
      end += (declarations[i].count + 15) / 16 * 16
    }
  }

  /// The whole block, `[blockCount]`; padding stays zero.
  public var values: Tensor {
    guard let block else { preconditionFailure("parameters: used before allocate()") }
    return block
  }

  /// The part of a block laid out like this one's that belongs to a parameter.
  public func part(_ declaration: Declaration, of block: Tensor) -> Tensor {
    Tensor(
      shape: declaration.shape, element: block.element, storage: block.storage,
      offset: block.offset + declaration.offset)
  }

  fileprivate func tensor(_ index: Int, of block: Tensor) -> Tensor {
    var tensor = part(declarations[index], of: block)
    tensor.gradient = learns && declarations[index].learns ? gradients[index] : nil
    return tensor
  }

  fileprivate var operands: Tensor { half ?? values }

  /// What goes into matrix products: activations and a copy of the weights. Gradients of parameters stay f32.
  public var element: Element {
    get { half == nil ? .f32 : .bf16 }
    set {
      half = newValue == .f32 ? nil : Tensor(shape: [end], element: newValue)
      valuesChanged()
    }
  }

  /// To be called after every change of the values, or of some of them: brings their copy for products up to date.
  public func valuesChanged(in range: Range<Int>? = nil) {
    let range = range ?? 0..<end
    half?.elements(range).set(values.elements(range))
  }

  /// Whether graphs built from now on reach the parameters. Off, nothing is kept for backward.
  public var learns = false

  /// Whether graphs built from now on drop the interior of encoders' blocks, which backward then makes again.
  public var recomputesBlocks = false

  /// Gradients of all backward passes from now on come together in `block`, laid out like the first `collectedCount` of
  /// `values`; what it held is lost.
  package func collectGradients(in block: Tensor) {
    collectGradients { [unowned self] in part($0, of: block) }
  }

  /// The same in the tensors that `place` gives, each when backward first reaches its parameter.
  public func collectGradients(in place: @escaping (Declaration) -> Tensor) {
    for (declaration, gradient) in zip(declarations, gradients) where declaration.learns {
      gradient.collect { place(declaration) }
    }
  }

  /// What passes that run now, nested ones included, tell of the leaves they are through with.
  private(set) var finished: ((Gradient) throws -> Void)?

  /// Runs the graph of `outputs` backward, as the function of that name does. `finished` hears of the parameters of blocks that
  /// are run again, too.
  public func backward(
    _ outputs: [(tensor: Tensor, gradient: Tensor)], finished: ((Gradient) throws -> Void)?
  ) throws {
    self.finished = finished
    defer { self.finished = nil }
    try Engine.backward(outputs, finished: finished)
  }

  /// Ends a collection: parameters that nothing reached have a gradient of zero.
  public func finishCollecting() {
    for (declaration, gradient) in zip(declarations, gradients) where declaration.learns { gradient.finishCollecting() }
  }

  /// What of the parameters a block holds: one of gradients or moments is shorter than the values where some are locked.
  public func declarations(in block: Tensor) -> [Declaration] { block.count < blockCount ? learned : declarations }

  /// The parameter whose gradients come together there.
  public func declaration(of gradient: Gradient) -> Declaration? {
    gradients.firstIndex { $0 === gradient }.map { declarations[$0] }
  }

  /// Draws every parameter anew. The numbers depend on the seed and the parameter's name, not on the order of declaration.
  public func initialize(seed: UInt64) {
    for declaration in declarations {
      var random = Philox(seed: seed, purpose: .initialization, sample: stableHash(declaration.name))
      declaration.initial.draw(&random, into: part(declaration, of: values).buffer)
    }
    valuesChanged()
  }
}

/// A parameter as its layer holds it.
public struct Parameter {
  public let owner: Parameters
  fileprivate let index: Int

  public var tensor: Tensor { owner.tensor(index, of: owner.values) }

  /// The same as products take it: bf16 where the model computes in it, with the gradient in f32 all the same.
  public var operand: Tensor { owner.tensor(index, of: owner.operands) }

  /// What goes into products of this model.
  public var element: Element { owner.element }

  public var declaration: Parameters.Declaration { owner.declarations[index] }
}

/// A place in the tree of parameter names, where layers declare their own: `at / "attn"`.
public struct Scope {
  public let parameters: Parameters
  private let path: String

  public init(_ parameters: Parameters, path: String = "") {
    self.parameters = parameters
    self.path = path
  }

  public static func / (at: Scope, name: String) -> Scope {
    Scope(at.parameters, path: at.path.isEmpty ? name : at.path + "." + name)
  }

  /// Declares the parameter of this name.
  public func parameter(_ shape: [Int], _ initial: Initial) -> Parameter { parameters.declare(path, shape, initial) }

  /// Declares a number or numbers of this name that aren't learned.
  public func statistic(_ shape: [Int], _ initial: Float, _ role: Parameters.Role) -> Parameter {
    parameters.declare(path, shape, .constant(initial), role)
  }
}
