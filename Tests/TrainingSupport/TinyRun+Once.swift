import Synchronization

/// The runs that `TinyRun.once` has trained, by name.
private let trained = Mutex<[String: TinyRun.Result]>([:])

extension TinyRun {
  /// What `train` gives, for the many cases that compare with the same run: the first that asks trains it, and who asks
  /// meanwhile waits.
  ///
  /// - Parameter name: of the run, among all that tests of this target share.
  package func once(_ name: String, _ train: (TinyRun) throws -> Result) throws -> Result {
    try trained.withLock { runs in
      if let run = runs[name] { return run }
      let run = try train(self)
      runs[name] = run
      return run
    }
  }
}
