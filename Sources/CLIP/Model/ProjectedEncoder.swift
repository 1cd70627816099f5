import Engine

/// A tower in two parts: what gives each sample a state, and the projection from states to embeddings, which can learn while
/// all below it is locked.
package protocol ProjectedEncoder {
  /// Numbers in a state; nil where this tower's projection isn't apart.
  var stateWidth: Int? { get }
  /// The lock group of the projection's parameters; nil for what always learns.
  var projectionGroup: Int? { get }

  /// - Parameter states: `[count, stateWidth]`
  /// - Returns: `[count, embeddingWidth]`
  func projected(_ states: Tensor, _ pass: Pass) -> Tensor
}

package protocol ProjectedImageEncoder: ImageEncoder, ProjectedEncoder {
  /// - Parameter pixels: bytes `[count, side, side, 3]`
  /// - Returns: `[count, stateWidth]`
  func states(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor
}

package protocol ProjectedTextEncoder: TextEncoder, ProjectedEncoder {
  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, stateWidth]`
  func states(_ tokens: [Int32], _ pass: Pass) -> Tensor
}

extension ProjectedTextEncoder {
  package func callAsFunction(_ tokens: [Int32], _ pass: Pass) -> Tensor { projected(states(tokens, pass), pass) }
}

extension CLIPModel {
  private var projectedImages: (any ProjectedImageEncoder)? { visual as? any ProjectedImageEncoder }
  private var projectedTexts: (any ProjectedTextEncoder)? { text as? any ProjectedTextEncoder }

  /// Numbers in what a tower's projection takes of a sample; nil where the projection isn't apart.
  public func stateWidth(_ tower: Tower) -> Int? {
    tower == .image ? projectedImages?.stateWidth : projectedTexts?.stateWidth
  }

  /// What the projection takes of pictures: `imageFeatures(ofStates:)` of it are their embeddings.
  ///
  /// - Parameter pixels: bytes `[count, imageSize, imageSize, 3]`
  /// - Returns: `[count, stateWidth(.image)]`
  public func imageStates(_ pixels: [UInt8], _ pass: Pass = .evaluation) -> Tensor {
    guard let tower = projectedImages, tower.stateWidth != nil else {
      preconditionFailure("image states: the projection isn't apart")
    }
    return tower.states(pixels, preprocessing, pass)
  }

  /// The same of texts.
  ///
  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, stateWidth(.text)]`
  public func textStates(_ tokens: [Int32], _ pass: Pass = .evaluation) -> Tensor {
    guard let tower = projectedTexts, tower.stateWidth != nil else {
      preconditionFailure("text states: the projection isn't apart")
    }
    return tower.states(tokens, pass)
  }

  /// Embeddings of pictures whose states are known, to the bits of `imageFeatures`.
  ///
  /// - Parameter states: `[count, stateWidth(.image)]`
  /// - Returns: `[count, embeddingWidth]`, rows of length 1.
  public func imageFeatures(ofStates states: Tensor, _ pass: Pass = .evaluation) -> Tensor {
    features(projectedImages, states, pass)
  }

  /// The same of texts.
  ///
  /// - Parameter states: `[count, stateWidth(.text)]`
  /// - Returns: `[count, embeddingWidth]`, rows of length 1.
  public func textFeatures(ofStates states: Tensor, _ pass: Pass = .evaluation) -> Tensor {
    features(projectedTexts, states, pass)
  }

  private func features(_ tower: (any ProjectedEncoder)?, _ states: Tensor, _ pass: Pass) -> Tensor {
    guard let tower, states.width == tower.stateWidth else {
      preconditionFailure("features: states \(states.shape), expected \(tower?.stateWidth ?? 0) numbers in each")
    }
    return unitRows(tower.projected(states, pass))
  }
}

/// How much of a tower learns.
package enum LearningPart: Sendable {
  case nothing, projection
  /// What is below the projection too, or all of a tower whose projection isn't apart.
  case more
}

extension ModelConfiguration {
  /// Numbers in what a tower's projection takes; nil where the projection isn't apart. Nothing is allocated.
  package func stateWidth(of tower: Tower) -> Int? { encoder(of: tower, in: Parameters())?.stateWidth }

  private func encoder(of tower: Tower, in parameters: Parameters) -> (any ProjectedEncoder)? {
    let made = declare(in: parameters)
    let encoder: Any = tower == .image ? made.visual : made.text
    return encoder as? any ProjectedEncoder
  }

  /// What learns of a tower under locks. Nothing is allocated.
  package func learningPart(of tower: Tower, _ locks: TowerLocks) -> LearningPart {
    let parameters = Parameters()
    let encoder = encoder(of: tower, in: parameters)
    parameters.layOut(locking: locks.locks)
    let learned = parameters.learned.filter { $0.tower == tower }
    if learned.isEmpty { return .nothing }
    guard let encoder, encoder.stateWidth != nil, learned.allSatisfy({ $0.lockGroup == encoder.projectionGroup })
    else { return .more }
    return .projection
  }
}
