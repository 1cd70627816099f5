import Pairs
import Runs

/// The first pictures of a run as its model sees them, for TensorBoard.
enum TensorBoardPictures {
  static func events(_ setup: TrainingSetup, time: Double) throws -> [Event] {
    try AugmentedSamples(setup, count: 8).pictures.enumerated().map { number, picture in
      try Event.picture(time, tag: "samples/\(number)", picture)
    }
  }
}
