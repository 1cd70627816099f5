"""What came of the cases, by kind."""


class Table:
    def __init__(self):
        self.rows = {}  # (kind, what) -> [cases, failures, notes]
        self.seconds = {}
        self.failed = 0

    def add(self, kind, what, problem=None, note=None):
        """A case that went well, or `problem`: what went wrong."""
        row = self.rows.setdefault((kind, what), [0, 0, []])
        row[0] += 1
        if problem:
            row[1] += 1
            self.failed += 1
            print(f"FAILED {kind}, {what}: {problem}", flush=True)
        if note and note not in row[2]:
            row[2].append(note)

    def skip(self, kind, why):
        self.rows[(kind, "skipped")] = [0, 0, [why]]
        print(f"{kind}: skipped, {why}", flush=True)

    def took(self, kind, seconds):
        self.seconds[kind] = seconds

    def text(self):
        lines = ["", f"{'torture':10}{'what':34}{'cases':>7}{'failed':>8}  notes"]
        for (kind, what), (cases, failures, notes) in self.rows.items():
            lines.append(f"{kind:10}{what:34}{cases:7}{failures:8}  {'; '.join(notes)}")
        cases = sum(row[0] for row in self.rows.values())
        times = ", ".join(f"{kind} {seconds:.0f} s" for kind, seconds in self.seconds.items())
        return "\n".join(lines + [f"{cases} cases, {self.failed} failed; {times}"])
