import Planning

extension PlanReport {
  /// The plan as JSON.
  var answer: Answer {
    Answer(
      captionTokens: captionTokens, plan: Row(plan, profile), table: table.map { Row($0, profile) },
      notCounted: leavesOutTeacher ? ["teacher"] : [])
  }

  struct Answer: Encodable {
    let captionTokens: Int
    let plan: Row
    let table: [Row]
    let notCounted: [String]

    enum CodingKeys: String, CodingKey {
      case plan, table
      case captionTokens = "caption_tokens"
      case notCounted = "not_counted"
    }
  }

  /// One number of workers.
  struct Row: Encodable {
    let workers: Int
    let batch: Int
    let chunk: Int
    let lanes: Int
    let chunksKept: Int
    let memoryBytes: [String: Int]
    let wireBytes: [String: Int]
    /// Nothing where the profile can't tell.
    let seconds: [String: Double]?
    let pairsPerSecond: Double?
    let binds: String?

    init(_ plan: StepPlan, _ profile: MachineProfile?) {
      let (memory, traffic) = (plan.memory, plan.traffic)
      let seconds = profile.flatMap { plan.seconds(on: $0) }
      (workers, batch, chunk) = (plan.workers, plan.batch, plan.chunk)
      (lanes, chunksKept) = (plan.lanes, plan.chunksKept)
      memoryBytes = [
        "parameters": memory.parameters, "gradients": memory.gradients, "moments": memory.moments,
        "average": memory.average, "checkpoint": memory.checkpoint, "graphs": memory.graphs,
        "features": memory.features, "tiles": memory.tiles,
        "pairs": memory.pairs, "program": memory.program, "total": memory.total,
      ]
      wireBytes = [
        "features": traffic.featureBytes, "loss": traffic.lossBytes, "reduction": traffic.reductionBytes,
        "shares": traffic.shareBytes, "total": traffic.bytes,
      ]
      self.seconds = seconds.map {
        [
          "encoders": $0.encoders, "gather": $0.gather, "loss": $0.loss, "reduction": $0.reduction,
          "update": $0.update, "total": $0.total,
        ]
      }
      pairsPerSecond = seconds.map { Double(plan.batch) / $0.total }
      binds = seconds?.binds
    }

    enum CodingKeys: String, CodingKey {
      case workers, batch, chunk, lanes, seconds, binds
      case chunksKept = "chunks_kept"
      case memoryBytes = "memory_bytes"
      case wireBytes = "wire_bytes"
      case pairsPerSecond = "pairs_per_second"
    }
  }
}
