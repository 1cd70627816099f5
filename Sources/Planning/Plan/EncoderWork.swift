import CLIP
import Engine
import Training

/// What a model's encoders have to do for one pair, forward and backward, found without a machine's rates.
struct EncoderWork {
  private let configuration: ModelConfiguration
  private let cost: StepCost
  /// What part of each tower's numbers learns.
  private let learnedShares: [Tower: Double]
  /// What whole graphs hold, whose bytes all pass through memory even where few are kept.
  let memory: ChunkMemory
  let learnedCount: Int
  /// Texts of a pair: its caption and the wrong ones.
  private let texts: Double

  /// - Parameter captionTokens: of a caption in the mean, its end included.
  init(
    _ configuration: ModelConfiguration, locks: TowerLocks = TowerLocks(), element: Element, captionTokens: Int,
    hardNegatives: Int = 0
  ) {
    self.configuration = configuration
    texts = Double(1 + hardNegatives)
    cost = StepCost(configuration, captionTokens: captionTokens)
    memory = ChunkMemory(
      configuration, element: element, locks: locks, captionTokens: captionTokens, hardNegatives: hardNegatives)
    let parameters = configuration.parameterLayout(locks: locks)
    learnedCount = parameters.learnedCount
    learnedShares = Dictionary(uniqueKeysWithValues: Tower.allCases.map { ($0, parameters.learnedShare(of: $0)) })
  }

  /// Operations of products. Backward's are in proportion to what learns, which holds for whole towers and for blocks
  /// alike.
  func flops(_ tower: Tower) -> Double {
    let forward = forwardFlops(tower)
    return forward + (count(tower) * cost.flopsPerPair(tower) - forward) * (learnedShares[tower] ?? 1)
  }

  private func forwardFlops(_ tower: Tower) -> Double { count(tower) * cost.forward.flopsPerPair(tower) }

  /// What the tower encodes of a pair.
  private func count(_ tower: Tower) -> Double { tower == .text ? texts : 1 }

  func graphBytes(_ tower: Tower) -> Double { Double(tower == .image ? memory.imageBytes : memory.textBytes) }

  /// Seconds of one pair.
  func seconds(_ rates: MachineProfile.Rates) -> Double { Tower.allCases.reduce(0) { $0 + seconds($1, rates) } }

  /// Seconds of one pair, forward alone.
  func forwardSeconds(_ rates: MachineProfile.Rates) -> Double { forwardSeconds(rates, of: Tower.allCases) }

  /// Seconds of one pair that is encoded again for backward: what learns of it.
  func againSeconds(_ rates: MachineProfile.Rates) -> Double {
    forwardSeconds(rates, of: Tower.allCases.filter { learnedShares[$0] != 0 })
  }

  private func forwardSeconds(_ rates: MachineProfile.Rates, of towers: [Tower]) -> Double {
    towers.reduce(0) { $0 + seconds($1, rates) * forwardFlops($1) / flops($1) }
  }

  private func seconds(_ tower: Tower, _ rates: MachineProfile.Rates) -> Double {
    let cost = tower == .image && configuration.vision.isConvolutional ? rates.convolution : rates.transformer
    return cost.seconds(flops: flops(tower), graphBytes: graphBytes(tower))
  }

  /// Seconds of a chunk's weights: forward and backward read them and backward reads and writes their gradients, whatever
  /// the pairs.
  func weightSeconds(_ memoryBytesPerSecond: Double) -> Double { 16 * Double(learnedCount) / memoryBytesPerSecond }
}

extension ParameterLayout {
  fileprivate func learnedShare(of tower: Tower) -> Double {
    func count(_ declarations: [Parameters.Declaration]) -> Int {
      declarations.reduce(0) { $0 + ($1.tower == tower && $1.role == .learned ? $1.count : 0) }
    }
    return Double(count(learned)) / Double(max(1, count(declarations)))
  }
}
