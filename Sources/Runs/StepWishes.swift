/// What a worker asks of all once a step is done. It travels with the step's account, so all know of it at the same step.
package struct StepWishes: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// A checkpoint, for the time since the last one.
  package static let save = StepWishes(rawValue: 1)
  /// A checkpoint, and the end of this launch.
  package static let stop = StepWishes(rawValue: 2)
}

/// How a launch of a run ended.
public enum RunEnd: Sendable, Equatable {
  /// All steps are done.
  case finished
  /// Asked to stop, after so many steps, all of which are saved.
  case stopped(step: Int)
}
