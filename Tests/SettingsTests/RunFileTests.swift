import Foundation
import Settings
import TestSupport
import Testing

private let minimal = "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}"

private func minimalRun(_ overrides: String...) throws -> RunFile {
  try RunFile(yaml: minimal, overrides: overrides)
}

private func message(_ body: () throws -> RunFile) -> String {
  do {
    _ = try body()
    return "no error"
  } catch { return "\(error)" }
}

@Suite struct RunFileReadingTests {
  @Test func `defaults are OpenCLIP's recipe`() throws {
    let run = try RunFile(yaml: "")
    #expect(run.optimizer.learningRate == 5e-4)
    #expect((run.optimizer.beta1, run.optimizer.beta2, run.optimizer.epsilon) == (0.9, 0.98, 1e-6))
    #expect(run.optimizer.weightDecay == 0.2)
    #expect(run.optimizer.clipNorm == nil)
    #expect(run.data.augmentation.cropScale == 0.9...1)
    #expect(run.loss.logitScaleMax == 100)
  }

  @Test func `values of every type are read`() throws {
    let run = try RunFile(
      yaml: """
        seed: 18446744073709551615
        model: {config: {embed_dim: 128, quick_gelu: false, note: "1", vision_cfg: {layers: 4, mlp_ratio: 4.0}}}
        data:
          train: [a.tar, "b-{0..3}.tar"]
          augmentation: {crop_scale: [0.5, 1], gray_probability: 0.1}
        batch: {size: 4096, keep_graphs: never, memory_budget: 1.5GiB}
        optimizer: {learning_rate: 1e-3, clip_norm: 1}
        schedule:
        precision: bf16
        """)
    #expect(run.seed == .max)
    #expect(
      run.model.config
        == .inline(json: #"{"embed_dim":128,"note":"1","quick_gelu":false,"vision_cfg":{"layers":4,"mlp_ratio":4.0}}"#))
    #expect(run.data.train == ["a.tar", "b-{0..3}.tar"])
    #expect(run.data.augmentation.cropScale == 0.5...1)
    #expect(run.batch.keepGraphs == .never)
    #expect(run.batch.memoryBudget == ByteCount(3 << 29))
    #expect(run.optimizer.clipNorm == 1)
    #expect(run.precision == .bf16)
  }

  @Test func `a whole number may be written with a power of ten`() throws {
    let run = try minimalRun("schedule.samples=2e6", "batch.size=1E2", "schedule.warmup_steps=3e0")
    #expect((run.schedule.samples, run.batch.size, run.schedule.warmupSteps) == (2_000_000, 100, 3))
    for wrong in ["1e", "e3", "1e-2", "1e19", "9e18", "1.5e1", "1e2e3"] {
      #expect(throws: RunFileError.self, "\(wrong)") { try minimalRun("schedule.samples=\(wrong)") }
    }
  }

  @Test func `overrides are laid over the file`() throws {
    let run = try minimalRun(
      "optimizer.learning_rate=1e-2", "data.train=[x.tar, y.tar]", "batch={size: 8, chunk: 2}", "seed=3")
    #expect(run.optimizer.learningRate == 0.01)
    #expect(run.data.train == ["x.tar", "y.tar"])
    #expect((run.batch.size, run.batch.chunk, run.seed) == (8, 2, 3))
    #expect(
      try RunFile(yaml: "optimizer: {clip_norm: 1}", overrides: ["optimizer.clip_norm=null"]).optimizer.clipNorm == nil)
  }

  @Test func `a file is read, and a missing one named`() throws {
    try temporaryDirectory { directory in
      try write(minimal, "\(directory)/run.yaml")
      #expect(try RunFile(reading: "\(directory)/run.yaml").data.train == ["a.tar"])
      #expect(
        message { try RunFile(reading: "\(directory)/none.yaml") }
          == "cannot read \(directory)/none.yaml as a run file: No such file or directory")
      #expect(
        message { try RunFile(reading: directory) } == "cannot read \(directory) as a run file: Is a directory")
    }
  }

  @Test(arguments: [
    ("optimizer: {learning_rat: 1}", "optimizer.learning_rat is not a key; did you mean optimizer.learning_rate?"),
    ("optimiser: {beta1: 1}", "optimiser is not a key; did you mean optimizer?"),
    ("learning_rate: 1", "learning_rate is not a key; did you mean optimizer.learning_rate?"),
    (
      "data: {augmentation: {grey_probability: 1}}",
      "data.augmentation.grey_probability is not a key; did you mean data.augmentation.gray_probability?"
    ),
    ("seed: {a: 1}", "seed is a mapping, expected a whole number from 0"),
    ("batch: {size: big}", "batch.size is big, expected a whole number"),
    ("batch: {size: 1.5}", "batch.size is 1.5, expected a whole number"),
    ("batch: {size: '64'}", #"batch.size is text ("64"), expected a whole number"#),
    ("batch: {size: }", "batch.size is null, expected a whole number"),
    ("batch: {size: 0}", "batch.size is 0, must lie in 1…1e8"),
    ("batch: 64", "batch is 64, expected a mapping of keys to values"),
    ("- 1", "the run file is a list of 1, expected a mapping of keys to values"),
    ("optimizer: {epsilon: .nan}", "optimizer.epsilon is .nan, expected a number"),
    ("optimizer: {beta2: 1}", "optimizer.beta2 is 1.0, must lie in 0…1, below 1"),
    ("schedule: {epochs: 1e300}", "schedule.epochs is 1.0e+300, must be above 0 and at most 1e9, or null"),
    ("schedule: {steps: 9000000000000000000}", "schedule.steps is 9000000000000000000, must lie in 1…1e9, or be null"),
    ("precision: f16", "precision is f16, expected f32 or bf16 or auto"),
    (
      "data: {augmentation: {crop_scale: [1, 0.5]}}",
      "data.augmentation.crop_scale is a list of 2, expected two rising numbers, as in [0.9, 1]"
    ),
    (
      "data: {train: [1, [2]]}",
      "data.train is a list of 2, expected a path, or a list of paths and of {from: PATH, weight: 2}"
    ),
    (
      "batch: {diversity: [caption, text]}",
      "batch.diversity is a list of 2, expected none, or some of [caption, picture, label]"
    ),
    (
      "batch: {diversity: [label, label]}",
      "batch.diversity is a list of 2, expected none, or some of [caption, picture, label]"
    ),
    ("data: {order: random}", "data.order is random, expected full or windowed"),
    ("data: {window: 0}", "data.window is 0, must be at least 1"),
    (
      "evaluation: retrieval",
      "evaluation is retrieval, expected a list of evaluations, as in [{kind: retrieval, data: PATH, every: 500}]"
    ),
    ("evaluation: [a]", "evaluation[0] is a, expected a mapping, as in {kind: retrieval, data: PATH}"),
    ("evaluation: [{data: a}]", "evaluation[0].kind is not set: retrieval, zero-shot, loss, probe, knn or hard-negatives"),
    ("evaluation: [{kind: loss}]", "evaluation[0].data is not set: the pairs to measure on"),
    ("evaluation: [{kind: loss, data: a, every: 0}]", "evaluation[0].every is 0, must be at least 1, or null"),
    ("evaluation: [{kind: loss, data: a, every: x}]", "evaluation[0].every is x, expected a whole number, or null"),
    (
      "evaluation: [{kind: loss, data: a, batch: [1]}]", "evaluation[0].batch is a list of 1, expected text or a number"
    ),
    (
      "evaluation: [{kind: loss, data: a}, {kind: loss, data: b}]",
      "evaluation[1].name is loss, must be another than an earlier one's"
    ),
    (
      "checkpoint: {best: top1}",
      "checkpoint.best is top1, expected an evaluation's name and a number of it, as in "
        + "retrieval/image_to_text.recall_at_1, or null"
    ),
    ("batch: {memory_budget: 4GB}", "batch.memory_budget is 4GB, expected a number of bytes, as in 512MiB or 4GiB"),
  ])
  func `what a file says wrongly is named`(yaml: String, expected: String) {
    #expect(message { try RunFile(yaml: yaml) } == expected)
  }

  @Test func `text that is not YAML is refused with its place`() {
    let text = message { try RunFile(yaml: "batch: {size: 1\nseed: 2", path: "r.yaml") }
    #expect(text.hasPrefix("r.yaml is not YAML: 2:"), "\(text)")
    #expect(message { try RunFile(yaml: "seed: 1\nseed: 2") }.contains("is not YAML"))
    #expect(
      message { try minimalRun("seed") } == "--set seed: expected key=value, as in --set optimizer.learning_rate=1e-3")
  }
}

@Suite struct RunFilePrintingTests {
  @Test(arguments: [false, true])
  func `a printed run reads back as the same run`(comments: Bool) throws {
    let run = try RunFile(
      yaml: """
        seed: 7
        model: {config: {embed_dim: 64, text_cfg: {hf: "yes: \\"no\\" # 1"}}, from: 'null'}
        data: {train: ["a b.tar", "x-{00..12}.tar", "12", "on", "ü,[]", "", ".5"], tokenizer: ~/t.txt}
        batch: {size: 96, memory_budget: 1000}
        optimizer: {learning_rate: 0.1, clip_norm: 0.3333333333333333, epsilon: 1e-300}
        schedule: {steps: 10, warmup_steps: 3}
        checkpoint: {keep: null}
        """
    ).resolved(workers: 2)
    let again = try RunFile(yaml: run.yaml(comments: comments))
    #expect(again.yaml() == run.yaml())
    #expect(again.data.train == ["a b.tar", "x-{00..12}.tar", "12", "on", "ü,[]", "", ".5"])
    #expect(again.optimizer.epsilon == 1e-300)
    #expect(run.yaml().contains("epsilon: 1.0e-300\n"))
    // For readers that would take it for a number.
    #expect(run.yaml().contains("\".5\""))
    #expect(again.model.config == run.model.config)
    #expect(again.model.from == "null")
    #expect(again.optimizer.clipNorm == run.optimizer.clipNorm)
    #expect(again.checkpoint.keep == nil)
    #expect((again.batch.chunk, again.parallel.lanes) == (12, 8))
  }

  @Test(arguments: [
    ("none", "none"), ("null", "none"), ("label", "[label]"), ("[picture, caption]", "[picture, caption]"),
  ])
  func `diversity is none, one or several`(_ written: String, _ printed: String) throws {
    let run = try RunFile(yaml: "batch: {diversity: \(written)}")
    #expect(run.yaml().contains("\n  diversity: \(printed)\n"))
    #expect(try RunFile(yaml: run.yaml()).batch.diversity == run.batch.diversity)
  }

  @Test func `evaluations read back as they were written`() throws {
    let yaml = """
      evaluation:
        - {kind: retrieval, data: val.tar, every: 500, captions: all}
        - {name: "on the average: 1", kind: zero-shot, data: [a.tar, "b c.tar"], of: average, label: "12", classes: c.json}
        - {kind: probe, data: t.tar, fit: "{a,b}.tar", lambda: 1e-3}
      """
    let run = try RunFile(yaml: yaml)
    #expect(run.evaluation.map(\.name) == ["retrieval", "on the average: 1", "probe"])
    #expect(run.evaluation.map(\.every) == [500, nil, nil] && run.evaluation[1].of == .average)
    #expect(
      run.evaluation[1].options.map(\.value) == ["12", "c.json"] && run.evaluation[1].data == ["a.tar", "b c.tar"])
    #expect(run.evaluation[2].options.map(\.value) == ["{a,b}.tar", "1e-3"])
    let again = try RunFile(yaml: run.yaml())
    #expect(again.evaluation == run.evaluation && again.evaluation[2].options.map(\.value) == ["{a,b}.tar", "1e-3"])
  }

  @Test func `sources keep their weights, and caption fields their shares`() throws {
    let yaml = """
      data:
        train: [a.tar, {from: [b.tar, "c-{0..3}.tar"], weight: 2}, {from: d, weight: 0.5}]
        captions: {caption: 0.7, "alt text": 0.3}
        upsampling_factors: 1::2
      """
    let data = try RunFile(yaml: yaml).data
    #expect(data.train == ["a.tar", DataSource(["b.tar", "c-{0..3}.tar"], weight: 2), DataSource(["d"], weight: 0.5)])
    #expect(data.captions?.fields.map(\.name) == ["caption", "alt text"])
    #expect(data.upsamplingFactors?.factors == [1, 2])
    let printed = try RunFile(yaml: RunFile(yaml: yaml).yaml()).data
    #expect(printed.train == data.train && printed.captions == data.captions)
    #expect(printed.upsamplingFactors == data.upsamplingFactors)
  }

  @Test(arguments: [
    (
      "{train: {from: a, weight: 0}}",
      "data.train is [{from: a, weight: 0.0}], must have weights above 0 and at most 1e6"
    ),
    (
      "{train: {path: a}}",
      "data.train is a mapping, expected a path, or a list of paths and of {from: PATH, weight: 2}"
    ),
    (
      "{train: {weight: 2}}",
      "data.train is a mapping, expected a path, or a list of paths and of {from: PATH, weight: 2}"
    ),
    ("{captions: {a: 0}}", "data.captions is {a: 0.0}, must have shares from 0, and one above it"),
    ("{captions: a}", "data.captions is a, expected fields with their shares, as in {caption: 0.7, alt: 0.3}, or null"),
    (
      "{upsampling_factors: 1::x}",
      "data.upsampling_factors is 1::x, expected a factor for each source, as in 1::2, or null"
    ),
    ("{csv: {separator: x}}", "data.csv.separator is x, expected comma or tab or semicolon or pipe, or null"),
    ("{csv: {imgae: x}}", "data.csv.imgae is not a key; did you mean data.csv.image?"),
    ("{skip_limit: 2}", "data.skip_limit is 2.0, must lie in 0…1"),
  ])
  func `what is said wrongly of the data is named`(data: String, expected: String) {
    #expect(message { try RunFile(yaml: "data: \(data)") } == expected)
  }

  @Test func `every key is printed, with its meaning when asked`() throws {
    let text = RunFile().yaml(comments: true)
    for key in RunFileKey.all {
      #expect(text.contains("# \(key.meaning)\n"))
      #expect(text.contains("\(key.name.split(separator: ".").last ?? ""): "))
    }
    #expect(Set(RunFileKey.all.map(\.name)).count == RunFileKey.all.count)
    #expect(text.contains("\nmodel:\n  # a name that"))
  }

  /// A key that read into one field and printed another would pass when both hold their defaults.
  @Test func `every key reads the field it prints`() throws {
    let values = [
      "model.config": "m.json", "model.from": "a", "data.train": "[a, b]", "data.tokenizer": "t.txt",
      "data.augmentation.crop_scale": "[0.25, 0.5]", "data.augmentation.crop_ratio": "[0.25, 0.5]",
      "data.augmentation.affine_scale": "[0.25, 0.5]", "batch.keep_graphs": "never", "batch.memory_budget": "3GiB",
      "schedule.kind": "cosine", "loss.kind": "sigmoid", "loss.temperature": "constant",
      "loss.duplicates": "ignore", "precision": "bf16", "parallel.reduction": "fast",
      "model.image_from": "a", "model.text_from": "a", "model.lock_image": "true", "model.lock_text": "true",
      "distillation.teacher": "a", "data.upsampling_factors": "1.0::2.5", "data.captions": "{alt: 0.25, txt: 1.0}",
      "data.encoding": "latin1", "data.csv.image": "a", "data.csv.caption": "a", "data.csv.separator": "tab",
      "evaluation": "[{name: a, kind: loss, data: [b.tar, c.tar], every: 5, of: average, batch: 32}]",
      "checkpoint.best": "a/loss", "schedule.stop_when": "a/loss", "optimizer.scale_with_batch": "sqrt",
      "optimizer.layer_decay": "0.75",
      "data.label": "a", "data.exclude": "a", "data.order": "windowed", "batch.diversity": "[caption, label]",
      "data.transparency": "opaque", "data.features": "a", "parallel.lanes": "16",
      "objective": "supervised", "data.classes": "a", "data.hard_negatives": "a",
    ]
    for key in RunFileKey.all {
      let simple = ["0.25", "17", "2.5", "true", "false"]
      let candidates = values[key.name].map { [$0] } ?? simple
      let lines = Set(RunFile().yaml().split(separator: "\n"))
      let changed = candidates.contains { value in
        guard let run = try? RunFile(yaml: "", overrides: ["\(key.name)=\(value)"]) else { return false }
        let new = run.yaml().split(separator: "\n").filter { !lines.contains($0) }
        let last = key.name.split(separator: ".").last ?? ""
        return new.map { $0.trimmingCharacters(in: .whitespaces) } == ["\(last): \(value)"]
          || new.isEmpty && key.name == "schedule.kind"
      }
      #expect(changed, "\(key.name)")
    }
  }
}

@Suite struct RunFileResolvingTests {
  @Test(arguments: [
    (64, 1, 8, 8), (64, 8, 8, 8), (64, 16, 4, 16), (4096, 1, 512, 8), (4096, 64, 64, 64), (100, 1, 10, 2),
    (97, 1, 1, 1), (7, 1, 1, 1),
    (24, 2, 3, 8),
  ])
  func `c and L are filled in`(batch: Int, workers: Int, chunk: Int, lanes: Int) throws {
    let run = try minimalRun("batch.size=\(batch)").resolved(workers: workers)
    #expect((run.batch.chunk, run.parallel.lanes) == (chunk, lanes))
  }

  @Test(arguments: [(4096, 100, 64), (4096, 1, 1), (96, 7, 6), (64, 100, 8)])
  func `c is as large as memory allows`(batch: Int, fitting: Int, chunk: Int) throws {
    for left in ["auto", "null"] {
      let run = try minimalRun("batch.size=\(batch)", "batch.chunk=\(left)")
      #expect(try run.resolved(workers: 1, fitting: fitting).batch.chunk == chunk)
    }
  }

  @Test func `a run resolved on one number of workers stays the same on another`() throws {
    let one = try minimalRun().resolved(workers: 1)
    for workers in [2, 4, 8] { #expect(try minimalRun().resolved(workers: workers).yaml() == one.yaml()) }
    #expect(try one.resolved(workers: 4).yaml() == one.yaml())
  }

  @Test func `a resumed run takes c and L from its checkpoint`() throws {
    let wide = try minimalRun("batch.chunk=1", "batch.size=64").resolved(workers: 16)
    #expect(wide.parallel.lanes == 16)
    let settled = SettledValues(chunk: 1, lanes: 16, precision: .f32)
    let again = try minimalRun().resolved(workers: 2, resuming: settled)
    #expect((again.batch.chunk, again.parallel.lanes) == (1, 16))
  }

  @Test func `auto is settled by the processor, and on resume by the checkpoint`() throws {
    let auto = try minimalRun("precision=auto")
    let native = try auto.resolved(workers: 1, prefersBF16: true)
    #expect(native.precision == .bf16)
    #expect(try auto.resolved(workers: 1, prefersBF16: false).precision == .f32)
    #expect(try minimalRun("precision=bf16").resolved(workers: 1, prefersBF16: false).precision == .bf16)
    let settled = SettledValues(chunk: 8, lanes: 8, precision: .bf16)
    #expect(try auto.resolved(workers: 1, resuming: settled, prefersBF16: false).precision == .bf16)
  }

  @Test(arguments: [
    (
      ["batch.chunk=7"], 1,
      "batch.size 64 is not a multiple of batch.chunk 7; take batch.chunk 2, 4, 8 or 16, or batch.size 63 or 70"
    ),
    (
      ["batch.chunk=100"], 1,
      "batch.size 64 is not a multiple of batch.chunk 100; take batch.chunk 32 or 64, or batch.size 100"
    ),
    (
      ["batch.chunk=32"], 4,
      "batch.size 64 does not split into chunks of 32 over 4 workers: "
        + "take batch.chunk 8 or 16, or batch.size 128, or 1 or 2 workers"
    ),
    (
      ["batch.chunk=8"], 3,
      "batch.size 64 does not split into chunks of 8 over 3 workers: "
        + "take 1 or 2 workers, or parallel.reduction=fast with batch.size 48 or 72"
    ),
    (
      ["batch.size=4"], 8,
      "batch.size 4 does not split into chunks of 1 over 8 workers: take batch.size 8, or 1, 2 or 4 workers"
    ),
    (
      ["batch.size=48", "batch.chunk=4"], 3,
      "parallel.reduction exact needs workers that divide parallel.lanes 4, got 3; "
        + "start 1, 2 or 4 workers, or set parallel.reduction=fast"
    ),
    (
      ["batch.size=48", "batch.chunk=4"], 12,
      "parallel.reduction exact needs workers that divide parallel.lanes 4, got 12; "
        + "start 1, 2 or 4 workers, or set parallel.reduction=fast"
    ),
    (
      ["parallel.lanes=3"], 1,
      "parallel.lanes is 3, must be a power of two, or null"
    ),
    (
      ["parallel.lanes=16"], 1,
      "parallel.lanes 16 must be a power of two that divides the batch's 8 chunks: 1, 2, 4 or 8"
    ),
    (
      ["schedule.steps=1", "schedule.epochs=1"], 1,
      "schedule.steps and schedule.epochs are both set; set one of them to null"
    ),
    (
      ["data.tokenizer=null"], 1,
      "data.tokenizer is not set: the vocabulary that `diagonal tokenizer train` wrote"
    ),
    (
      ["loss.negatives=64"], 1,
      "loss.negatives is 64, must be below batch.size 64, of whose pairs each row has 63 others; null takes them all"
    ),
    (
      ["loss.kind=decoupled", "loss.duplicates=ignore"], 1,
      "loss.duplicates is ignore, must be negative with loss.kind decoupled"
    ),
    (
      ["loss.kind=global_contrastive", "loss.duplicates=positive"], 1,
      "loss.duplicates is positive, must be negative or ignore with loss.kind global_contrastive"
    ),
    (
      ["schedule.samples=100", "schedule.epochs=1"], 1,
      "schedule.epochs and schedule.samples are both set; set one of them to null"
    ),
    (
      ["evaluation=[{kind: loss, data: a, of: average}]"], 1,
      "evaluation[0].of is average, must be current, or ema.decay be set"
    ),
    (
      ["evaluation=[{kind: loss, data: a}, {kind: probe, data: a}]", "checkpoint.best=x/loss"], 1,
      "checkpoint.best is x/loss, must name an entry of evaluation before the slash: loss, probe"
    ),
    (
      ["schedule.stop_when=x/loss"], 1,
      "schedule.stop_when is x/loss, must name an entry of evaluation before the slash: there is none"
    ),
    (["loss.logit_scale_init=200"], 1, "loss.logit_scale_init is 200.0, must not exceed loss.logit_scale_max 100.0"),
  ])
  func `what cannot run is refused with what could`(overrides: [String], workers: Int, expected: String) {
    #expect(message { try RunFile(yaml: minimal, overrides: overrides).resolved(workers: workers) } == expected)
  }

  @Test func `a batch that leaves a run to one worker is told of, with those that don't`() throws {
    #expect(
      try minimalRun("batch.size=33").resolved(workers: 1).laneAdvice
        == "batch.size 33 is 11 chunks of 3, an odd number, so only one worker can train it; "
        + "for more take batch.size 30 or 42")
    for size in [1, 2, 30, 32, 42, 64] {
      #expect(try minimalRun("batch.size=\(size)").resolved(workers: 1).laneAdvice == nil, "\(size)")
    }
  }

  @Test func `fast takes any number of workers that splits the batch`() throws {
    let run = try minimalRun("batch.size=48", "batch.chunk=4", "parallel.reduction=fast").resolved(workers: 12)
    #expect(run.parallel.lanes == 4)
  }
}
