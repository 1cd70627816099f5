import CLIP
import Collectives
import Engine
import Synchronization
import TestSupport
import Testing
import Training

@Suite struct UpdateTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: Spread.all, [nil, 0.1] as [Float?])
  func `an update amid backward has the bits of one after it`(_ spread: Spread, _ clipNorm: Float?) throws {
    let after = try tiny.train(
      steps: 4, workers: 1, chunk: 1, lanes: 8, clipNorm: clipNorm, updatesAmidBackward: false)
    var amid = try tiny.train(
      steps: 4, workers: spread.workers, chunk: 1, lanes: 8, overlaps: spread.overlaps, shardsOptimizer: spread.shards,
      clipNorm: clipNorm)
    amid.wireBytes = after.wireBytes
    if spread.shards { amid.gradients = after.gradients }
    #expect(amid == after)
  }

  /// The tiny model has many buckets of a thousand numbers, and is run in one chunk.
  private func backwardBytes(
    workers: Int, overlaps: Bool = true, updates: Bool, bytesInFlight: Int? = nil
  ) throws -> Int {
    let tiny = tiny
    let found = Mutex(0)
    try simulate(workers: workers) { communicator in
      let plan = BatchPlan(batch: 8, chunk: 8 / workers, lanes: workers, workers: workers, rank: communicator.rank)
      let (model, wire) = (tiny.model(), try Wire(communicator, overlaps: overlaps))
      let buckets = Buckets(model.parameters.layout, length: 1000)
      let optimizer = Optimizer(
        model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: nil),
        buckets: buckets, wire: wire)
      let step = TrainingStep(
        model, plan: plan, wire: wire, graphs: .always, buckets: buckets, bytesInFlight: bytesInFlight)
      let update = updates ? optimizer.begin(step: 1, learningRate: 1e-3) : nil
      let phases = try step.run(tiny.chunks(tiny.batches[0], plan), update: update).phases
      if communicator.rank == 0 { found.withLock { $0 = phases.bytes(.backward) } }
    }
    return found.withLock { $0 }
  }

  @Test func `memory of what is updated is free for the rest of backward`() throws {
    let block = 4 * tiny.model().parameters.learnedCount
    let (kept, amid) = (try backwardBytes(workers: 1, updates: false), try backwardBytes(workers: 1, updates: true))
    #expect(kept - amid > block / 8, "\(kept) and \(amid) bytes, of which gradients \(block)")
  }

  /// Without overlap a call is made only when it is waited for.
  @Test func `gradients on their way take no more memory than they may`() throws {
    let block = 4 * tiny.model().parameters.learnedCount
    let all = try backwardBytes(workers: 2, overlaps: false, updates: true, bytesInFlight: .max)
    let few = try backwardBytes(workers: 2, overlaps: false, updates: true, bytesInFlight: block / 8)
    #expect(all - few > block / 8, "\(all) and \(few) bytes, of which gradients \(block)")
  }

  /// A block of gradients is all that the outcomes of both differ by.
  @Test(arguments: [1, 2, 4], [1, 2]) func `what is updated amid backward is held no longer`(
    _ workers: Int, _ lanesPerWorker: Int
  ) throws {
    let tiny = tiny
    try simulate(workers: workers) { communicator in
      let lanes = workers * lanesPerWorker
      let plan = BatchPlan(batch: 8, chunk: 8 / lanes, lanes: lanes, workers: workers, rank: communicator.rank)
      let (model, wire) = (tiny.model(), try Wire(communicator))
      let buckets = Buckets(model.parameters.layout, length: 1000)
      let optimizer = Optimizer(
        model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: nil),
        buckets: buckets, wire: wire)
      let step = TrainingStep(model, plan: plan, wire: wire, graphs: .always, buckets: buckets)
      let chunks = tiny.chunks(tiny.batches[0], plan)
      func held(_ update: Optimizer.Update?) throws -> Int {
        let before = LiveBytes.now
        let outcome = try step.run(chunks, update: update)
        return withExtendedLifetime(outcome) { LiveBytes.now - before }
      }
      let (kept, amid) = (try held(nil), try held(optimizer.begin(step: 1, learningRate: 1e-3)))
      #expect(kept - amid >= 4 * model.parameters.learnedCount, "\(kept) and \(amid) bytes")
    }
  }

  @Test func `buckets hold whole parameters, of one encoder each`() {
    let parameters = tiny.model().parameters
    for length in [1, 1000, 1 << 20] {
      let ranges = Buckets(parameters.layout, length: length).ranges
      #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == parameters.learnedCount)
      #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
      for declaration in parameters.learned {
        let end = declaration.offset + declaration.count
        #expect(ranges.contains { $0.lowerBound <= declaration.offset && end <= $0.upperBound }, "\(declaration.name)")
      }
      let names = ranges.map { range in parameters.learned.filter { range.contains($0.offset) }.map(\.name) }
      #expect(names.allSatisfy { Set($0.map { $0.hasPrefix("visual.") }).count == 1 })
      // One that is long enough gets no further parameter.
      #expect(
        zip(names, ranges).allSatisfy { names, range in
          names.count == 1
            || (parameters.learned.first { $0.name == names.last }?.offset ?? 0) - range.lowerBound < length
        })
    }
  }
}
