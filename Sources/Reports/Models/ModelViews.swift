import Runs

/// The sections that need a run's checkpoints and data: what can't be opened, each says.
struct ModelViews {
  private(set) var matrices = Section(id: "matrix", title: "The similarity matrix")
  private(set) var retrieval = Section(id: "retrieval", title: "What it finds")
  private(set) var samples = Section(id: "samples", title: "Pictures as the model sees them")
  /// Which the page keeps.
  private(set) var pictures: [Thumbnail] = []

  init(_ runs: [RunRecord], pairs: Int, progress: (String) -> Void) {
    matrices.body = MatrixSection.words
    for (number, run) in runs.enumerated() {
      progress("\(run.name): opening data and checkpoints")
      do {
        let models = try RunModels(run, most: pairs)
        matrices.problems += models.problems
        addMatrix(models, run, number, onlyNewest: runs.count > 1, progress)
        addRetrieval(models, run, number, progress)
        if runs.count == 1 { addSamples(models, number) }
      } catch {
        let advice = "start the report where the training was started, since a run file's paths begin there"
        matrices.problems.append("\(run.name): checkpoints and data can't be opened: \(error) (\(advice))")
      }
    }
    if matrices.figures.isEmpty { matrices.body = "" }
  }

  private mutating func addMatrix(
    _ models: RunModels, _ run: RunRecord, _ number: Int, onlyNewest: Bool, _ progress: (String) -> Void
  ) {
    do {
      let section = try MatrixSection(models, name: run.name, run: number, onlyNewest: onlyNewest, progress: progress)
      matrices.figures += section.figures
      matrices.problems += section.problems
      keep(section.pictures)
    } catch { matrices.problems.append("\(run.name): \(error)") }
    if models.setup.start == nil { matrices.problems.append("\(run.name): there is no whole checkpoint") }
  }

  private mutating func addRetrieval(
    _ models: RunModels, _ run: RunRecord, _ number: Int, _ progress: (String) -> Void
  ) {
    progress("\(run.name): retrieval among \(models.pairs.count) pairs")
    do {
      guard let section = try RetrievalSection(models, run: number) else { return }
      retrieval.body = retrieval.body + "<h3>\(run.name)</h3>\(section.body)"
      keep(section.pictures)
    } catch { retrieval.problems.append("\(run.name): \(error)") }
  }

  /// The matrix and the answers may show the same ones.
  private mutating func keep(_ more: [Thumbnail]) {
    let known = Set(pictures.map(\.id))
    pictures += more.filter { !known.contains($0.id) }
  }

  private mutating func addSamples(_ models: RunModels, _ number: Int) {
    do { samples.body = try SampleSection(models.setup, run: number).body } catch {
      samples.problems.append("\(error)")
    }
  }
}
