import Randomness

/// All parameters of a model in one block of memory, and where their gradients come together.
///
/// Layers declare them under OpenCLIP's names while the model is built; then the block is laid out, and memory taken
/// for it.
public final class Parameters {
  public private(set) var layout = ParameterLayout()
  private var gradients: [Gradient] = []
  /// Σ g² of each lane's gradient, parameter by parameter, as passes with lanes found it.
  private var laneSquares: [[Double]] = []
  private var block: Tensor?
  /// The values as bf16, for products; nil in f32.
  private var half: Tensor?

  public init() {}

  func declare(_ declaration: Declaration) -> Parameter {
    gradients.append(Gradient(shape: declaration.shape))
    return Parameter(owner: self, index: layout.add(declaration))
  }

  /// Gives every parameter its place in the block; call it once, when every layer has declared its own.
  ///
  /// - Parameters:
  ///   - locked: whether a parameter doesn't learn.
  ///   - absent: whether it has no place, and is never used.
  public func layOut(
    locking locked: (Declaration) -> Bool = { _ in false }, leavingOut absent: (Declaration) -> Bool = { _ in false }
  ) {
    layout.layOut(locking: locked, leavingOut: absent)
  }

  /// Takes memory for the block, which is laid out, all zero.
  public func allocate() {
    precondition(layout.isLaidOut, "parameters: allocated before they are laid out")
    block = Tensor(shape: [blockCount], repeating: 0)
  }

  /// Draws every parameter anew. The numbers depend on the seed and the parameter's name, not on the order of
  /// declaration.
  public func initialize(seed: UInt64) {
    for declaration in declarations {
      var random = Philox(seed: seed, purpose: .initialization, sample: stableHash(declaration.name))
      declaration.initial.draw(&random, into: part(declaration, of: values).buffer)
    }
    valuesChanged()
  }
}

// What the layout says.
extension Parameters {
  public var declarations: [Declaration] { layout.declarations }
  public var held: [Declaration] { layout.held }
  public var learned: [Declaration] { layout.learned }
  public var averages: [Declaration] { layout.averages }
  public var count: Int { layout.count }
  public var blockCount: Int { layout.blockCount }
  public var learnedCount: Int { layout.learnedCount }
  public var collectedCount: Int { layout.collectedCount }

  /// The part that belongs to a parameter of a block laid out like the values.
  public func part(_ declaration: Declaration, of block: Tensor) -> Tensor {
    precondition(declaration.isHeld, "parameters: \(declaration.name) is of a tower that isn't loaded")
    return Tensor(
      shape: declaration.shape, element: block.element, storage: block.storage,
      offset: block.offset + declaration.offset)
  }
}

// The values, and their copy for products.
extension Parameters {
  /// The whole block, `[blockCount]`; padding stays zero.
  public var values: Tensor {
    guard let block else { preconditionFailure("parameters: used before allocate()") }
    return block
  }

  /// What goes into matrix products: activations and a copy of the weights. Gradients of parameters stay f32.
  public var element: Element { half == nil ? .f32 : .bf16 }

  /// From now on products compute in this element; the values themselves stay f32.
  public func store(as element: Element) {
    half = element == .f32 ? nil : Tensor(shape: [blockCount], element: element)
    valuesChanged()
  }

  /// To be called after every change of the values, or of some of them: brings their copy for products up to date.
  public func valuesChanged(in range: Range<Int>? = nil) {
    let range = range ?? 0..<blockCount
    half?.elements(range).set(values.elements(range))
  }

  /// The values as products take them.
  var operands: Tensor { half ?? values }

  func tensor(_ index: Int, of block: Tensor, _ pass: Pass) -> Tensor {
    var tensor = part(declarations[index], of: block)
    guard pass.learns, declarations[index].learns else { return tensor }
    tensor.gradient = gradients[index]
    tensor.laneSums = pass.lanes.map { lanes in
      LaneSums(lanes: lanes) { [unowned self] in noteSquares($0, lane: $1, index) }
    }
    return tensor
  }
}

// Gradients.
extension Parameters {
  /// Gradients of all backward passes from now on come together in `block`, laid out like the first `collectedCount` of
  /// `values`; what it held is lost.
  package func collectGradients(in block: Tensor) {
    collectGradients { [unowned self] in part($0, of: block) }
  }

  /// Gradients of all backward passes from now on come together in the tensors that `place` gives, each when backward
  /// first reaches its parameter.
  public func collectGradients(in place: @escaping (Declaration) -> Tensor) {
    for (declaration, gradient) in zip(declarations, gradients) where declaration.learns {
      gradient.collect { place(declaration) }
    }
  }

  /// Forgets what passes with lanes found, and expects so many lanes of the next one.
  package func countLaneSquares(lanes: Int) {
    laneSquares = Array(repeating: Array(repeating: 0, count: declarations.count), count: lanes)
  }

  func noteSquares(_ squares: Double, lane: Int, _ index: Int) { laneSquares[lane][index] += squares }

  /// Σ g² of a lane's gradient, in the order of declarations whatever the graph's.
  package func laneSquares(_ lane: Int) -> Double { laneSquares[lane].reduce(0, +) }

  /// Ends a collection: parameters that nothing reached have a gradient of zero.
  public func finishCollecting() {
    for (declaration, gradient) in zip(declarations, gradients) where declaration.learns { gradient.finishCollecting() }
  }

  /// The parameter whose gradients come together there.
  public func declaration(of gradient: Gradient) -> Declaration? {
    gradients.firstIndex { $0 === gradient }.map { declarations[$0] }
  }
}
