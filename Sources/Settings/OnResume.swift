/// What a resumed run may do with a key: what it is in the checkpoint stands against what the run file says.
public enum OnResume: Sendable, CaseIterable {
  /// Part of what the run is: another value is another run.
  case fixed
  /// Part of how the run goes on: another value changes what comes, and nothing that was.
  case mayChange
  /// No part of the result: another value gives the same bits.
  case free
}
