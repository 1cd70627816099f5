extension RunFile {
  /// Every key with its value as a run file has it, in the table's order.
  package var values: [(key: RunFileKey, value: String)] { RunFileKey.all.map { ($0, $0.print(self)) } }
}
