"""Reads a run's events with TensorBoard's own reader and compares them with metrics.jsonl.

    python -m venv /tmp/tb && /tmp/tb/bin/pip install tensorboard==2.21.0 'setuptools<81'
    diagonal train RUN.yaml --set log.tensorboard=true --out RUN
    diagonal report RUN --tensorboard EVENTS
    /tmp/tb/bin/python Tests/Interop/tensorboard_events.py RUN RUN/tensorboard
    /tmp/tb/bin/python Tests/Interop/tensorboard_events.py RUN EVENTS/NAME

Written for tensorboard 2.21.0. Exits with 1 where a number, a step or a setting is missing, doubled or different.
"""

import json
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata


def main(run, events):
    rows = [json.loads(line) for line in open(f"{run}/metrics.jsonl")]
    cosines = [json.loads(line) for line in open(f"{run}/similarities.jsonl")]
    # 0: keep all. What a restart orphaned shall not be in the files in the first place.
    reader = EventAccumulator(
        events, size_guidance={"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}, purge_orphaned_data=False)
    reader.Reload()
    wrong = []
    for field in rows[0]:
        if field in ("step", "time"):
            continue
        expected = [(row["step"], f32(row[field])) for row in rows if row[field] is not None]
        tags = reader.Tags()["scalars"]
        found = [(e.step, e.value) for e in reader.Scalars(f"train/{field}")] if f"train/{field}" in tags else []
        if found != expected:
            wrong.append(f"train/{field}: {found[:3]}… of {len(found)}, expected {expected[:3]}… of {len(expected)}")
    for name in ("positives", "negatives"):
        found = [(e.step, e.histogram_value.num) for e in reader.Histograms(f"cosines/{name}")]
        expected = [(row["step"], float(sum(row[name]))) for row in cosines]
        if found != expected:
            wrong.append(f"cosines/{name}: {found[:3]}…, expected {expected[:3]}…")
    pictures = reader.Tags()["images"]
    if not pictures or not all(reader.Images(tag)[0].encoded_image_string.startswith(b"\x89PNG") for tag in pictures):
        wrong.append(f"pictures: {pictures}")
    content = reader.PluginTagToContent("hparams")[metadata.SESSION_START_INFO_TAG]
    settings = dict(metadata.parse_session_start_info_plugin_data(content).hparams)
    for key in ("seed", "batch.size", "optimizer.learning_rate"):
        if key not in settings:
            wrong.append(f"setting {key} is missing")
    print("\n".join(wrong) or f"{len(rows)} steps, {len(cosines)} histograms, {len(pictures)} pictures, "
          f"{len(settings)} settings: the same")
    return 1 if wrong else 0


def f32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
