import Files
import Foundation

/// What is said once a run is done: what this launch made, what it came to, and where that lies.
struct RunSummary {
  /// The newest.
  var checkpoint: String?
  private var directory = ""
  private var steps = 0
  private var seconds = 0.0
  private var dataSeconds = 0.0
  /// Of the last steps: a single one tells little.
  private var recent: [Metrics] = []

  private static let most = 100

  mutating func start(_ setup: TrainingSetup) { (directory, checkpoint) = (setup.directory.path, setup.start?.path) }

  mutating func add(_ row: Metrics) {
    steps += 1
    seconds += row.seconds
    dataSeconds += row.dataSeconds
    recent = recent.suffix(Self.most - 1) + [row]
  }

  var lines: [String] {
    guard let last = recent.last else { return ["no step was left to make"] + whereabouts }
    let count = Double(recent.count)
    let loss = recent.reduce(0) { $0 + $1.loss / count }
    let top1 = recent.reduce(0) { $0 + 100 * $1.top1 / count }
    let found = String(
      format: "done: %d steps in %@, %d pairs seen in all; loss %.4f, top-1 in the batch %.1f %%", steps,
      duration(seconds), last.samples, loss, top1)
    let waited = String(
      format: "%.1f %% of the time was spent waiting for data", seconds > 0 ? 100 * dataSeconds / seconds : 0)
    return [found + (recent.count > 1 ? " (means of the last \(recent.count) steps)" : ""), waited] + whereabouts
  }

  private var whereabouts: [String] {
    guard let checkpoint else { return [] }
    return ["the model is \(checkpoint); to look at the run: diagonal report \(directory)"]
  }
}
