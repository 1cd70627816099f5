import Files
import Foundation
import Runs
import Settings
import TestSupport
import Testing

private func resolved(_ overrides: String...) throws -> RunFile {
  try RunFile(
    yaml: "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}", overrides: overrides
  ).resolved(workers: 1)
}

/// A run directory with a checkpoint at each step.
private func withRun(_ steps: Int..., body: (RunDirectory) throws -> Void) throws {
  try temporaryDirectory { directory in
    let run = RunDirectory("\(directory)/run")
    try run.prepare()
    for step in steps { try save(step, run) }
    try body(run)
  }
}

/// What every checkpoint has.
private let checkpointNames = [
  "bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors", "training_state.safetensors",
]

private func save(_ step: Int, _ directory: RunDirectory) throws {
  try AtomicDirectory.write(directory.checkpoint(step)) { temporary in
    for name in checkpointNames { try write("\(name) \(step)", "\(temporary)/\(name)") }
    try CheckpointFiles.seal(temporary, CheckpointState(step: step, run: try resolved(), pairs: 100, merges: "m"))
  }
}

/// The exit code of a command.
private func exitCode(_ command: String, _ arguments: [String], in directory: String) throws -> Int32 {
  try TestSupport.run("env", ["-C", directory, command] + arguments).status
}

private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}

@Suite struct RunDirectoryCheckpointTests {
  @Test func `a checkpoint verifies and says where the run stood`() throws {
    try withRun(20) { run in
      #expect(run.checkpoint(20).hasSuffix("/checkpoints/step-00000020"))
      let state = try CheckpointFiles.verified(run.checkpoint(20))
      #expect((state.step, state.samplePosition, state.batch, state.chunk, state.lanes) == (20, 1280, 64, 8, 8))
      #expect(state.files == checkpointNames)
    }
  }

  @Test func `equal runs give equal bytes`() throws {
    var texts: [String] = []
    for _ in 0..<2 { try withRun(5) { texts.append(try read("\($0.checkpoint(5))/state.json")) } }
    #expect(texts[0] == texts[1])
  }

  @Test func `a changed file is named`() throws {
    try withRun(1) { run in
      let path = "\(run.checkpoint(1))/open_clip_model.safetensors"
      try write("weights 2", path)
      let text = message { _ = try CheckpointFiles.verified(run.checkpoint(1)) }
      #expect(text.hasPrefix("\(path) has SHA-256 "), "\(text)")
    }
  }

  @Test func `a missing file is named`() throws {
    try withRun(1) { run in
      let path = "\(run.checkpoint(1))/training_state.safetensors"
      try FileManager.default.removeItem(atPath: path)
      #expect(throws: CheckpointError.missingFile(path)) { try CheckpointFiles.verified(run.checkpoint(1)) }
    }
  }

  @Test func `sha256sum checks a checkpoint`() throws {
    try withRun(7) { run in
      let check = try exitCode("sha256sum", ["-c", "--strict", "SHA256SUMS"], in: run.checkpoint(7))
      #expect(check == 0)
      try write("{}", "\(run.checkpoint(7))/state.json")
      #expect(try exitCode("sha256sum", ["-c", "--strict", "SHA256SUMS"], in: run.checkpoint(7)) == 1)
    }
  }

  /// Every digit of state.json, every line of SHA256SUMS, every file gone.
  @Test func `no damage to what seals a checkpoint goes unseen`() throws {
    try withRun(12) { run in
      let directory = run.checkpoint(12)
      func isWhole() -> Bool { (try? CheckpointFiles.verified(directory)) != nil }
      for name in ["state.json", "SHA256SUMS"] {
        let text = try read("\(directory)/\(name)")
        for (at, digit) in text.utf8.enumerated() where (0x30...0x39).contains(digit) {
          var bytes = Array(text.utf8)
          bytes[at] = digit == 0x39 ? 0x30 : digit + 1
          try write(String(decoding: bytes, as: UTF8.self), "\(directory)/\(name)")
          #expect(!isWhole(), "\(name), byte \(at)")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for gone in lines.indices where !lines[gone].isEmpty {
          let rest = lines.indices.filter { $0 != gone }.map { lines[$0] }
          try write(rest.joined(separator: "\n"), "\(directory)/\(name)")
          #expect(!isWhole(), "\(name) without line \(gone)")
        }
        try write(text, "\(directory)/\(name)")
        #expect(isWhole())
      }
      for name in try names(directory) {
        let text = try read("\(directory)/\(name)")
        try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
        #expect(!isWhole(), "without \(name)")
        try write(text, "\(directory)/\(name)")
      }
    }
  }

  @Test func `a state that is none is refused`() throws {
    try withRun(1) { run in
      let path = "\(run.checkpoint(1))/state.json"
      for (text, reason) in [
        ("{", "not the JSON that Diagonal writes"), (#"{"step": 1}"#, "format is missing"),
        (
          #"{"format": 2, "step": 1, "seed": 0, "batch": 8, "chunk": 1, "lanes": 8, "precision": "f32", "reduction": "exact", "threads": 1, "pairs": 9, "merges": "", "files": {}}"#,
          "sample_position is missing"
        ), (#"{"format": 1}"#, "format 1, this version reads 2 to 3"),
        (#"{"format": "1"}"#, "format has a wrong type"),
      ] {
        try write(text, path)
        #expect(throws: CheckpointError.state(path: path, reason: reason)) {
          try CheckpointFiles.state(run.checkpoint(1))
        }
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(
        message { _ = try CheckpointFiles.state(run.checkpoint(1)) } == "cannot read \(path): No such file or directory"
      )
    }
  }

  @Test func `a checkpoint of another run says what differs`() throws {
    let state = CheckpointState(step: 1, run: try resolved(), pairs: 100, merges: "m")
    func refusal(_ run: RunFile, pairs: Int = 100, merges: String = "m") -> String {
      message { try state.require(run, pairs: pairs, merges: merges, path: "c") }
    }
    #expect(try refusal(resolved("optimizer.learning_rate=1")) == "no error")
    #expect(
      try refusal(resolved("seed=1", "batch.size=32"), pairs: 90)
        == "c is of another run: seed is 0 there, 1 here, batch.size is 64 there, 32 here, batch.chunk is 8 there, 4 here, "
        + "number of training pairs is 100 there, 90 here; set the same values, or another --out")
    for (setting, words) in [
      ("parallel.lanes=4", "parallel.lanes is 8 there, 4 here"),
      ("precision=bf16", "precision is f32 there, bf16 here"),
      ("parallel.reduction=fast", "parallel.reduction is exact there, fast here"),
    ] {
      #expect(try refusal(resolved(setting)).contains(words))
    }
    #expect(try refusal(resolved(), merges: "n").contains("merges' SHA-256 is m there, n here"))
  }
}

@Suite struct RunDirectoryTests {
  @Test func `resuming takes the newest whole checkpoint and names the broken ones`() throws {
    try withRun(1, 2, 10) { run in
      try write("x", "\(run.checkpoint(10))/open_clip_model.safetensors")
      var broken: [String] = []
      let found = try run.start(.auto) { broken.append("\($0)") }
      #expect(found?.state.step == 2)
      #expect(found?.path == run.checkpoint(2))
      #expect(broken.count == 1 && broken[0].contains("step-00000010/open_clip_model.safetensors"))
    }
  }

  @Test func `a new run starts where there is none, and not over an old one`() throws {
    try withRun { run in
      #expect(try run.start(.auto) { _ in } == nil)
      #expect(try run.start(.never) { _ in } == nil)
      try save(3, run)
      #expect(throws: CheckpointError.occupied(path: run.path, step: 3)) { try run.start(.never) { _ in } }
    }
  }

  @Test func `another run's directory or checkpoint can be resumed from`() throws {
    try withRun(1, 2) { run in
      let other = RunDirectory(run.path + "-new")
      #expect(try other.start(.from(run.path)) { _ in }?.state.step == 2)
      #expect(try other.start(.from(run.checkpoint(1))) { _ in }?.state.step == 1)
      #expect(throws: CheckpointError.noCheckpoint(path: "/none")) { try other.start(.from("/none")) { _ in } }
      // Whoever names a checkpoint wants that one: a broken one is an error, not passed over.
      try write("x", "\(run.checkpoint(1))/open_clip_model.safetensors")
      #expect(throws: CheckpointError.self) { try other.start(.from(run.checkpoint(1))) { _ in } }
    }
  }

  @Test func `old checkpoints go, the newest and every so many stay`() throws {
    try withRun(1, 2, 30, 40, 400) { run in
      run.prune(KeepRule(newest: nil))
      #expect(run.steps() == [1, 2, 30, 40, 400])
      #expect(run.prune(KeepRule(newest: 2, every: 30, besides: [1])) == [2])
      #expect(run.steps() == [1, 30, 40, 400])
      run.prune(KeepRule(newest: 9))
      #expect(run.steps() == [1, 30, 40, 400])
      run.prune(KeepRule(newest: 1))
      #expect(run.steps() == [400])
    }
  }

  @Test func `what others put among the checkpoints stays`() throws {
    try withRun(1, 2, 3) { run in
      let copies = ["step-99", "step-00000099", "best"].map { "\(run.checkpoints)/\($0)" }
      for copy in copies { try FileManager.default.copyItem(atPath: run.checkpoint(2), toPath: copy) }
      try FileManager.default.createSymbolicLink(
        atPath: run.checkpoint(4), withDestinationPath: run.checkpoint(3))
      try write("mine", "\(run.checkpoint(1))/notes.txt")
      #expect(run.prune(KeepRule(newest: 1)) == [1, 2])
      let left = ["best", "step-00000001", "step-00000003", "step-00000004", "step-00000099", "step-99"]
      #expect(try names(run.checkpoints) == left)
      #expect(try names(run.checkpoint(1)) == ["notes.txt"])
      for copy in copies { #expect(try names(copy).count == 6) }
      // A copy by a step's name is another step's checkpoint, and not taken.
      var passed: [String] = []
      let found = run.newestWhole { passed.append("\($0)") }
      #expect(found?.state.step == 3 && passed.count == 2 && passed[0].contains("it is of step 2"), "\(passed)")
    }
  }

  @Test func `checkpoints of which none is whole are an error, and stay`() throws {
    try withRun(1, 2) { run in
      for step in [1, 2] { try write("x", "\(run.checkpoint(step))/open_clip_model.safetensors") }
      var broken = 0
      #expect(throws: CheckpointError.noneWhole(path: run.checkpoints, steps: [1, 2])) {
        try run.start(.auto) { _ in broken += 1 }
      }
      #expect(broken == 2 && run.steps() == [1, 2])
    }
  }

  @Test func `a checkpoint from elsewhere doesn't go into a directory that holds a run`() throws {
    try withRun(1, 2) { other in
      try withRun(3) { run in
        for source in [other.path, other.checkpoint(1)] {
          #expect(throws: CheckpointError.occupied(path: run.path, step: 3)) { try run.start(.from(source)) { _ in } }
        }
        // Its own is no other's, however it is spelled.
        for source in [run.path, run.checkpoint(3), "\(run.path)/../run/checkpoints/step-00000003"] {
          let found = try run.start(.from(source)) { _ in }
          #expect(found?.state.step == 3)
        }
      }
    }
  }

  @Test func `a directory belongs to one run at a time`() throws {
    try temporaryDirectory { directory in
      let run = RunDirectory("\(directory)/run")
      var lock: RunLock? = try RunLock(run)
      #expect(lock != nil)
      #expect(throws: CheckpointError.inUse(path: run.path)) { try RunLock(run) }
      lock = nil
      // Nothing was trained, so nothing is left.
      #expect(try names(directory) == [])
      try run.prepare()
      lock = try RunLock(run)
      lock = nil
      #expect(try names(run.path) == ["checkpoints"])
    }
  }

  @Test func `preparing clears what a killed run left half written`() throws {
    try withRun(1) { run in
      try FileManager.default.createDirectory(
        atPath: "\(run.checkpoints)/.tmp-new-9-step-00000002", withIntermediateDirectories: true)
      try write("a", "\(run.path)/.tmp-new-9-run.yaml")
      // Somebody else's.
      let others = [".tmp-mine", ".tmp-new-9-notes", ".tmp-new-x-run.yaml"]
      for name in others { try write("a", "\(run.path)/\(name)") }
      try run.prepare()
      #expect(try names(run.checkpoints) == ["step-00000001"])
      #expect(try names(run.path) == others.sorted() + ["checkpoints"])
    }
  }

  @Test func `an output that cannot be written is refused before training`() throws {
    #expect(
      message { try RunDirectory("/dev/null/run").prepare() }
        == "cannot write /dev/null/run/checkpoints: Not a directory; make room there, or choose another --out")
    #expect(message { try RunDirectory("/proc/run").prepare() }.hasPrefix("cannot write /proc/run: "))
  }
}
