import Files
import Foundation
import Runs

/// Runs' records as files for TensorBoard, made after the fact.
public struct TensorBoardExport {
  /// What could not be written of them, in words.
  public private(set) var problems: [String] = []

  /// Writes a directory for each run, with one file that takes the place of an earlier export's.
  public init(_ runs: [RunDirectory], to directory: String) throws {
    for (run, name) in zip(runs, Report.names(runs)) {
      let record = RunRecord(run, name: name)
      problems += record.problems
      let path = "\(directory)/\(name.replacing("/", with: "_"))"
      try makeDirectories(path)
      let records = events(record).flatMap { EventRecord.framed($0.bytes) }
      try AtomicFile.write(Data(records), to: "\(path)/\(EventFile.prefix)0000000000.export.diagonal")
    }
  }

  private mutating func events(_ record: RunRecord) -> [Event] {
    let begin = record.metrics.first?.time ?? .nan
    let time = begin.isFinite ? begin : 0
    var events = [Event.version(time)]
    if let run = record.run { events.append(.hyperparameters(time, run, name: record.name)) }
    do { events += try pictures(record, time) } catch { problems.append("\(record.name): no pictures: \(error)") }
    var noise = NoiseAverage()
    events += record.metrics.map { row in
      var row = row
      row.noiseScale = noise.add(signal: row.gradientSignal, noise: row.gradientNoise)
      return .scalars(row)
    }
    events += record.evaluations.map(Event.evaluation)
    events += record.similarities.map {
      .histograms(time, step: $0.step, positives: $0.positives, negatives: $0.negatives)
    }
    return events
  }

  private func pictures(_ record: RunRecord, _ time: Double) throws -> [Event] {
    guard let run = record.run else { return [] }
    return try TensorBoardPictures.events(
      TrainingSetup(run, workers: 1, directory: record.directory, start: nil, evaluates: false), time: time)
  }
}
