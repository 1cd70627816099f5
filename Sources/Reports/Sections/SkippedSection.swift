/// What data weren't used, by kind.
struct SkippedSection {
  let runs: [RunRecord]

  var section: Section {
    let rows = runs.flatMap { run in
      Dictionary(grouping: run.skipped, by: \.kind).sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
        kind, samples in
        let first = samples[0]
        let example = "\(first.record)\(first.file.isEmpty ? "" : " in " + first.file): \(first.reason)"
        return (runs.count > 1 ? [words(run.name)] : []) + [words(kind), words("\(samples.count)"), words(example)]
      }
    }
    let head = (runs.count > 1 ? ["run"] : []) + ["kind", "samples", "the first of them"]
    let body: Markup = rows.isEmpty ? "<p>All samples were used.</p>" : table(head, rows)
    return Section(id: "skipped", title: "Samples that were not used", body: body)
  }
}
