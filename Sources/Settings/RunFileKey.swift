/// One key of the run file, a row in its section's file. The rows drive reading, the check for unknown keys, printing
/// and documentation; a key's default is what a fresh `RunFile` holds.
public struct RunFileKey: Sendable {
  /// The full path, `optimizer.learning_rate`.
  public let name: String
  public let meaning: String
  public let onResume: OnResume

  /// Reads a YAML value into a run file.
  let read: @Sendable (inout RunFile, YAMLValue) throws(RunFileError) -> Void
  /// The value as YAML on one line.
  let print: @Sendable (RunFile) -> String

  /// A key that reads and prints itself.
  init(
    _ name: String, _ onResume: OnResume, _ meaning: String,
    read: @escaping @Sendable (inout RunFile, YAMLValue) throws(RunFileError) -> Void,
    print: @escaping @Sendable (RunFile) -> String
  ) {
    (self.name, self.meaning, self.onResume, self.read, self.print) = (name, meaning, onResume, read, print)
  }

  init<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<RunFile, Value> & Sendable, _ onResume: OnResume, _ meaning: String,
    must limit: Limit<Value>? = nil
  ) {
    self.name = name
    self.onResume = onResume
    self.meaning = meaning
    print = { $0[keyPath: path].yaml }
    read = { (run, found) throws(RunFileError) in
      guard let value = Value(found) else {
        throw .type(key: name, found: found.description, expected: Value.expected)
      }
      if let limit, !limit.holds(value) {
        throw .value(key: name, found: value.yaml, must: limit.claim)
      }
      run[keyPath: path] = value
    }
  }
}
