import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Planning
import Runs
import Settings
import TestSupport
import Testing
import Training
import TrainingSupport

@Suite struct PlanTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  private func run(_ overrides: String...) throws -> RunFile { try run(overrides) }

  private func run(_ overrides: [String]) throws -> RunFile {
    try RunFile(
      yaml: "{data: {train: a.tar, tokenizer: t.txt}, batch: {size: 8}}",
      overrides: ["model.config=\(Golden.path("tiny_clip.json"))"] + overrides)
  }

  /// Every rate is 1 or so, but for a wire whose bytes take nearly no time.
  private func machine(wireBytesPerSecond: Double = 1e12, exposedShare: Double = 1) -> MachineProfile {
    let encoder = EncoderCost(secondsPerFlop: 1e-11, secondsPerGraphByte: 1e-9)
    let rates = MachineProfile.Rates(
      productFlops: 1e11, transformer: encoder, convolution: encoder, updateSecondsPerParameter: 1e-9)
    return MachineProfile(
      workers: 2, threads: 1, f32: rates, bf16: nil, memoryBytesPerSecond: 1e10, lossFlops: 1e11,
      wire: .init(latencySeconds: 1e-9, bytesPerSecond: wireBytesPerSecond, exposedShare: exposedShare))
  }

  @Test(arguments: [TowerLocks(), TowerLocks(image: 0), TowerLocks(text: 1)])
  func `a layout is the model's, and takes no memory`(_ locks: TowerLocks) throws {
    let before = LiveBytes.now
    let layout = tiny.configuration.parameterLayout(locks: locks)
    #expect(LiveBytes.now == before)
    let parameters = CLIPModel(tiny.configuration, locks: locks).parameters
    #expect(layout.blockCount == parameters.blockCount)
    #expect(layout.learnedCount == parameters.learnedCount && layout.collectedCount == parameters.collectedCount)
    #expect(layout.declarations.map(\.offset) == parameters.declarations.map(\.offset))
  }

  /// A step holds the values, the last lane's gradients with the partial sums before it, and the moments. Beyond the plan
  /// are only the pool's roundings, at most an eighth of each block.
  @Test(
    arguments: [1, 2, 4, 8],
    [
      (shards: false, clips: true, keeps: false), (false, false, false), (true, false, false), (false, true, true),
      (false, false, true),
    ])
  func `values, gradients and moments take what is planned`(
    _ workers: Int, _ way: (shards: Bool, clips: Bool, keeps: Bool)
  ) throws {
    let (shards, graphs) = (way.shards, way.keeps ? GraphKeeping.always : .never)
    let memory = try Planner(
      run(
        "batch.chunk=1", "parallel.lanes=8", "parallel.shard_optimizer=\(shards)",
        "batch.keep_graphs=\(way.keeps ? "always" : "never")",
        "optimizer.clip_norm=\(way.clips ? "1" : "null")"), captionTokens: 8
    ).plan(workers: workers).memory
    let tiny = tiny
    try simulate(workers: workers) { communicator in
      let before = LiveBytes.now
      let model = CLIPModel(tiny.configuration)
      #expect(isRoundedUp(LiveBytes.now - before, from: memory.parameters))

      let exchange = try Exchange(communicator, shardsOptimizer: shards)
      let beforeOptimizer = LiveBytes.now
      let optimizer = Optimizer(
        model,
        .init(
          adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0, clipNorm: way.clips ? 1 : nil),
        exchange: exchange)
      // A share is a half of a half, of every bucket, rounded to whole numbers.
      #expect(isRoundedUp(LiveBytes.now - beforeOptimizer, from: memory.moments, within: 64))

      let plan = BatchPlan(batch: 8, chunk: 1, lanes: 8, workers: workers, rank: communicator.rank).together(
        graphs, takesLanes: model.takesLanes, ChunkMemory(of: model))
      #expect(plan.together == (way.keeps ? 8 / workers : 1))
      let held = LiveBytes.now
      let phases = try TrainingStep(model, plan: plan, exchange: exchange, graphs: graphs).run(
        tiny.chunks(tiny.batches[0], plan), update: optimizer.begin(step: 1, learningRate: 1e-3)
      ).phases
      let most = memory.gradients + memory.graphs + memory.features
      #expect(
        memory.gradients <= phases.bytes(.backward) - held && phases.bytes(.backward) - held <= most + most / 8,
        "\(phases.bytes(.backward) - held) bytes, planned \(memory)")
    }
  }

  private func isRoundedUp(_ held: Int, from planned: Int, within slack: Int = 0) -> Bool {
    planned - slack <= held && held <= planned + planned / 8 + 512 + slack
  }

  @Test func `a pair's graph is what a real chunk holds, pictures and texts apart`() throws {
    let length = tiny.configuration.text.contextLength
    let captions = (0..<8).map { tiny.batches[0].tokens[$0 * length..<($0 + 1) * length] }
    // The end has the largest number.
    let tokens = captions.map { 1 + ($0.firstIndex(of: $0.max() ?? 0) ?? 0) - $0.startIndex }
    let memories = tokens.map { ChunkMemory(tiny.configuration, element: .f32, captionTokens: $0) }
    let memory = try #require(memories.max { $0.textBytes < $1.textBytes })
    let model = tiny.model()
    let before = LiveBytes.now
    let images = model.imageFeatures(tiny.batches[0].images, Pass(learns: true))
    let between = LiveBytes.now
    let texts = model.textFeatures(tiny.batches[0].tokens, Pass(learns: true))
    let after = LiveBytes.now
    withExtendedLifetime((images, texts)) {}
    // Of blocks this small the pool's rounding is up to an eighth.
    #expect(abs(between - before - 8 * memory.imageBytes) < (between - before) / 8)
    let textBytes = memories.reduce(0) { $0 + $1.textBytes }
    #expect(abs(after - between - textBytes) < (after - between) / 8)
    #expect(Set(tokens).count > 1 && textBytes < 8 * memory.textBytes)
    #expect(ChunkMemory(tiny.configuration, element: .f32, captionTokens: 2).textBytes < memory.textBytes)
    #expect(
      ChunkMemory(tiny.configuration, element: .f32, locks: TowerLocks(image: 0)).imageBytes < memory.imageBytes / 4)
  }

  @Test func `the table splits the batch until nothing is left to split`() throws {
    let planner = try Planner(run("batch.chunk=2"), captionTokens: 8)
    let table = planner.table(upTo: 1024, chunk: 2)
    #expect(table.map(\.workers) == [1, 2, 4, 8])
    #expect(table.map(\.chunk) == [2, 2, 2, 1])
    #expect(table.map(\.pairsPerWorker) == [8, 4, 2, 1])
    #expect(planner.table(upTo: 3, chunk: 2).map(\.workers) == [1, 2])
    let weak = planner.table(upTo: 1024, chunk: 2, pairsPerWorker: 4)
    #expect(weak.map(\.workers) == (0...10).map { 1 << $0 })
    #expect(weak.allSatisfy { $0.batch == 4 * $0.workers && $0.chunk == 2 })
    // What a lane's worker may be is part of the run.
    #expect(try Planner(run("parallel.lanes=2"), captionTokens: 8).table(upTo: 8, chunk: 1).map(\.workers) == [1, 2])
  }

  @Test func `what binds follows the wire`() throws {
    let plan = try Planner(run(), captionTokens: 8).plan(workers: 4)
    #expect(plan.seconds(on: machine())?.binds == "encoders")
    let slow = machine(wireBytesPerSecond: 1e5)
    #expect(plan.seconds(on: slow)?.binds == "reduction")
    // Each worker sends 2 (1 − 1/N) of the gradients.
    let bytes = 2 * 0.75 * Double(plan.traffic.reductionBytes)
    let reduction = try #require(plan.seconds(on: slow)?.reduction)
    #expect(abs(reduction - bytes / 1e5) < 1e-3 * reduction, "\(reduction) s, by its bytes \(bytes / 1e5) s")
  }

  @Test func `a wire hides behind computation, for as long as that lasts`() throws {
    // Several buckets, all but one of which may leave during backward.
    let config = """
      model.config={"embed_dim": 16, "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16}, \
      "text_cfg": {"context_length": 16, "vocab_size": 50000, "width": 64, "heads": 1, "layers": 1}}
      """
    let settings = [config, "batch.chunk=1", "parallel.lanes=2"]
    let overlapping = try Planner(run(settings), captionTokens: 8).plan(workers: 2)
    let waiting = try Planner(run(settings + ["parallel.overlap=false"]), captionTokens: 8).plan(workers: 2)
    let unnoticed = machine(wireBytesPerSecond: 1e8, exposedShare: 0)
    let (hidden, waited) = (
      try #require(overlapping.seconds(on: unnoticed)), try #require(waiting.seconds(on: unnoticed))
    )
    #expect(hidden.encoders == waited.encoders && hidden.update == waited.update)
    #expect(hidden.gather < waited.gather && hidden.reduction < waited.reduction)
    #expect(waited.reduction - hidden.reduction < hidden.encoders)
    // A worker that feels all of it gains nothing.
    let felt = machine(wireBytesPerSecond: 1e8, exposedShare: 1)
    #expect(overlapping.seconds(on: felt) == waiting.seconds(on: felt))
  }

  @Test func `chunks that are not kept are encoded again`() throws {
    let kept = try Planner(run("batch.chunk=1", "batch.keep_graphs=always"), captionTokens: 8).plan(workers: 1)
    let dropped = try Planner(run("batch.chunk=1", "batch.keep_graphs=never"), captionTokens: 8).plan(workers: 1)
    #expect(kept.chunksKept == 8 && dropped.chunksKept == 0)
    var profile = machine()
    // What a chunk takes whatever its pairs, of so small a model nearly all, is another matter.
    profile.memoryBytesPerSecond = 1e15
    let (once, twice) = (try #require(kept.seconds(on: profile)), try #require(dropped.seconds(on: profile)))
    // Forward is a third of the products, a little more where nobody asks for a picture's gradient.
    #expect(twice.encoders > 1.2 * once.encoders && twice.encoders < 1.5 * once.encoders)
  }

  @Test func `blocks that run again take another forward pass for less memory`() throws {
    // Room for two whole graphs.
    let budget = 2 * ChunkMemory(tiny.configuration, element: .f32, captionTokens: 8).bytesPerPair
    func plan(_ graphs: String, checkpoints: Bool, _ locks: [String] = []) throws -> StepPlan {
      let settings = ["batch.chunk=1", "batch.memory_budget=\(budget)", "batch.keep_graphs=\(graphs)"]
      let run = try run(settings + ["model.checkpoint_blocks=\(checkpoints)"] + locks)
      return try Planner(run, captionTokens: 8).plan(workers: 1)
    }
    let (whole, few) = (try plan("auto", checkpoints: false).chunksKept, try plan("auto", checkpoints: true).chunksKept)
    #expect(whole == 2 && few > 3, "\(whole) and \(few) chunks kept")

    var profile = machine()
    profile.memoryBytesPerSecond = 1e15
    func encoders(checkpoints: Bool, _ locks: String...) throws -> Double {
      try #require(plan("always", checkpoints: checkpoints, locks).seconds(on: profile)).encoders
    }
    func more(_ locks: String) throws -> Double {
      try encoders(checkpoints: true, locks) - encoders(checkpoints: false, locks)
    }
    let (once, twice) = (try encoders(checkpoints: false), try encoders(checkpoints: true))
    #expect(twice > 1.2 * once && twice < 1.5 * once)
    // Of what is locked nothing runs again.
    let apart = try more("model.lock_image=true") + more("model.lock_text=true")
    #expect(abs(apart / (twice - once) - 1) < 1e-6, "\(apart) s of locked models, \(twice - once) s of both towers")
  }

  @Test func `a chunk too small for batch statistics isn't planned`() throws {
    let resNet = """
      model.config={"embed_dim": 16, "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, \
      "head_width": 64}, "text_cfg": {"context_length": 8, "vocab_size": 50, "width": 16, "heads": 2, "layers": 1}}
      """
    let planner = try Planner(run(resNet), captionTokens: 8)
    #expect(throws: RunFileError.self) { try planner.plan(workers: 1) }
    #expect(planner.table(upTo: 8, chunk: 2).map(\.workers) == [1, 2, 4])
  }

  @Test func `no wire measured, no seconds of several workers`() throws {
    var alone = machine()
    alone.wire = nil
    let planner = try Planner(run(), captionTokens: 8)
    #expect(try planner.plan(workers: 1).seconds(on: alone) != nil)
    #expect(try planner.plan(workers: 2).seconds(on: alone) == nil)
    #expect(try Planner(run("precision=bf16"), captionTokens: 8).plan(workers: 1).seconds(on: alone) == nil)
  }
}

@Suite struct MachineProfileTests {
  private static let encoder = EncoderCost(secondsPerFlop: 1.25e-11, secondsPerGraphByte: 0.75e-9)
  private static let rates = MachineProfile.Rates(
    productFlops: 1e11, transformer: encoder, convolution: encoder, updateSecondsPerParameter: 2e-9)
  private static let profile = MachineProfile(
    workers: 2, threads: 1, f32: rates, bf16: rates, memoryBytesPerSecond: 1e10, lossFlops: 9e10,
    wire: .init(latencySeconds: 1e-6, bytesPerSecond: 3e9, exposedShare: 0))

  private func reading(_ text: String) throws -> Result<MachineProfile, MachineProfileError> {
    try temporaryDirectory { directory in
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/machine.json"))
      return Result { () throws(MachineProfileError) in try MachineProfile(path: "\(directory)/machine.json") }
    }
  }

  @Test func `a profile is read as it was written`() throws {
    let text = String(decoding: try JSONEncoder().encode(Self.profile), as: UTF8.self)
    #expect(text.contains("\"seconds_per_graph_byte\""))
    #expect(try reading(text).get() == Self.profile)
  }

  @Test func `a profile that can't be is refused`() throws {
    let text = String(decoding: try JSONEncoder().encode(Self.profile), as: UTF8.self)
    for (broken, words) in [
      ("", "it isn't JSON"), (String(text.dropLast(40)), "it isn't JSON"), ("{}", "is missing"),
      (text.replacing("product_flops", with: "products"), "product_flops is missing"),
      (text.replacing("\"workers\":2", with: "\"workers\":\"two\""), "workers isn't what a profile holds there"),
      (text.replacing("\"workers\":2", with: "\"workers\":0"), "workers is 0.0, must be positive"),
      (text.replacing("\"latency_seconds\":", with: "\"latency_seconds\":-"), "wire.latency_seconds is -1e-06"),
      (text.replacing("\"exposed_share\":0", with: "\"exposed_share\":-1"), "wire.exposed_share is -1.0, must be"),
      (text.replacing("\"exposed_share\":0", with: "\"exposed_share\":3"), "wire.exposed_share is 3.0, must be"),
    ] {
      guard case .failure(let error) = try reading(broken) else {
        Issue.record("\(broken) was read")
        continue
      }
      #expect("\(error)".contains(words), "\(error)")
    }
    #expect(throws: MachineProfileError.self) { try MachineProfile(path: "/nowhere/machine.json") }
  }

  @Test func `two models give back the costs that made them`() {
    func sample(_ flops: Double, _ bytes: Double) -> EncoderCost.Sample {
      .init(flops: flops, graphBytes: bytes, seconds: Self.encoder.seconds(flops: flops, graphBytes: bytes))
    }
    let found = EncoderCost(sample(9e9, 1e7), sample(0.7e9, 4e6))
    #expect(abs(found.secondsPerFlop / Self.encoder.secondsPerFlop - 1) < 1e-9)
    #expect(abs(found.secondsPerGraphByte / Self.encoder.secondsPerGraphByte - 1) < 1e-9)
  }

  @Test func `noise makes no cost negative`() {
    let found = EncoderCost(
      .init(flops: 1e9, graphBytes: 1e6, seconds: 1), .init(flops: 1e9, graphBytes: 2e6, seconds: 0.5))
    #expect(found == EncoderCost(secondsPerFlop: 0.75e-9, secondsPerGraphByte: 0))
  }
}
