"""Writes tower_locks.json: the tiny model's parameters that learn, by OpenCLIP, in a locked tower with n unlocked groups.

Environment: a virtual environment with torch 2.13.0 (CPU) and open_clip_torch 3.3.0.
Run:         python Tests/Golden/tower_locks.py        (5 s)

    {"image": [[names with n = 0], [n = 1], …], "text": …}      names of the locked tower only, sorted
"""

import json
from pathlib import Path

import open_clip

HERE = Path(__file__).parent
CONFIG = json.loads((HERE / "tiny_clip.json").read_text())


def learning(tower, unlocked):
    clip = open_clip.CLIP(**CONFIG)
    clip.lock_image_tower(unlocked) if tower == "image" else clip.lock_text_tower(unlocked)
    return sorted(
        name for name, parameter in clip.named_parameters()
        if parameter.requires_grad and name != "logit_scale" and name.startswith("visual.") == (tower == "image"))


groups = {"image": CONFIG["vision_cfg"]["layers"] + 2, "text": CONFIG["text_cfg"]["layers"] + 2}
names = {tower: [learning(tower, n) for n in range(count + 2)] for tower, count in groups.items()}
(HERE / "tower_locks.json").write_text(json.dumps(names, indent=1) + "\n")
