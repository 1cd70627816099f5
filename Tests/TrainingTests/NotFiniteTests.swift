import CLIP
import Collectives
import Engine
import Pairs
import Testing
import Training
import TrainingSupport

@Suite struct NotFiniteTests {
  private let tiny: TinyRun
  private let settings = Optimizer.Settings(
    adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: nil)

  init() throws { tiny = try TinyRun() }

  @Test(arguments: [nil, 0.1] as [Float?])
  func `a gradient that isn't finite changes nothing where its step is left out`(_ clipNorm: Float?) throws {
    let model = tiny.model()
    var settings = settings
    settings.clipNorm = clipNorm
    let optimizer = Optimizer(model, settings)
    let average = ParameterAverage(model, decay: 0.5)
    let before = model.parameters.values.array
    func updated(by wrong: Float) throws -> Optimizer.Update {
      let sums = BucketedGradients(optimizer.buckets)
      for declaration in model.parameters.learned { sums.part(declaration).fill(0.1) }
      if wrong != 0 { sums.part(model.parameters.learned[3]).buffer[0] = wrong }
      let update = optimizer.begin(step: 1, learningRate: 0.1, average: average, skipsNotFinite: true)
      #expect(try update.applyRest(of: sums).whole.isFinite == (wrong == 0))
      return update
    }
    for wrong in [Float.infinity, .nan] {
      #expect(try updated(by: wrong).notFinite == model.parameters.learned[3].name)
      #expect(model.parameters.values.array == before && average.values.array == before)
      let moments = try #require(try optimizer.wholeMoments())
      #expect(moments.first.array.allSatisfy { $0 == 0 } && moments.second.array.allSatisfy { $0 == 0 })
    }
    #expect(try updated(by: 0).notFinite == nil)
    #expect(model.parameters.values.array != before)
  }

  @Test(arguments: [1, 2]) func `features that aren't finite end a step before anything is updated`(_ workers: Int)
    throws
  {
    let (tiny, settings) = (tiny, settings)
    try simulate(workers: workers) { communicator in
      let model = tiny.model()
      let tokens = try #require(model.parameters.declarations.first { $0.name == "token_embedding.weight" })
      // The first token of the batch's first caption that not all have.
      let batch = tiny.batches[0]
      let id = try #require(
        batch.tokens.first { id in
          id != 0 && (0..<batch.count).count { row in self.tokens(of: batch, row).contains(id) } == 1
        })
      let rows = (0..<batch.count).filter { self.tokens(of: batch, $0).contains(id) }
      let width = tokens.shape[1]
      model.parameters.part(tokens, of: model.parameters.values).buffer[Int(id) * width] = .nan
      let before = model.parameters.values.array.map(\.bitPattern)
      let plan = BatchPlan(batch: 8, chunk: 4, lanes: 2, workers: workers, rank: communicator.rank)
      let exchange = try Exchange(communicator)
      let optimizer = Optimizer(model, settings, exchange: exchange)
      let step = TrainingStep(model, plan: plan, exchange: exchange, graphs: .always)
      let error = #expect(throws: NotFiniteFeatures.self) {
        _ = try step.run(tiny.chunks(batch, plan), update: optimizer.begin(step: 1, learningRate: 0.1))
      }
      #expect(error?.images == [] && error?.texts == rows)
      #expect(model.parameters.values.array.map(\.bitPattern) == before)
    }
  }

  private func tokens(of batch: Batch, _ row: Int) -> ArraySlice<Int32> {
    batch.tokens[row * batch.contextLength..<(row + 1) * batch.contextLength]
  }
}
