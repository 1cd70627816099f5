"""Writes torch_files/*.pt, what PyTorch saves, and torch_files.safetensors, the values in them.

Environment: a virtual environment with torch 2.13.0 (CPU), open_clip_torch 3.3.0 and safetensors.
Run:         python Tests/Golden/torch_files.py
"""

import argparse
from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file

torch.manual_seed(1)
folder = Path(__file__).parent / "torch_files"
folder.mkdir(exist_ok=True)
whole = torch.randn(6, 5)
values = {
    "f32": torch.randn(3, 4), "f16": torch.randn(5).half(), "bf16": torch.randn(2, 2, 2).bfloat16(),
    "f64": torch.randn(3).double(), "i64": torch.tensor(12345), "transposed": torch.randn(4, 3).T, "rows": whole[2:4],
    "columns": whole[:, 1:3], "empty": torch.zeros(0, 7), "scalar": torch.tensor(2.5),
}
torch.save(values, folder / "plain.pt")
save_file({name: value.contiguous().clone() for name, value in values.items()}, folder.with_suffix(".safetensors"))

# As OpenCLIP's main.py saves a checkpoint of a model in DistributedDataParallel.
model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
model(torch.randn(4, 3)).sum().backward()
optimizer.step()
state = model.state_dict()
for name in list(state):
    state["module." + name] = state.pop(name)
torch.save({"epoch": 3, "name": "a run", "state_dict": state, "optimizer": optimizer.state_dict()}, folder / "training.pt")

torch.save(values, folder / "before-zip.pt", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Linear(2, 2)).save(folder / "script.pt")
torch.save({"state_dict": {"f32": values["f32"]}, "args": argparse.Namespace(lr=1)}, folder / "namespace.pt")
torch.save({"state_dict": {"expanded": torch.zeros(1).expand(1000)}}, folder / "expanded.pt")
torch.save([1, 2], folder / "list.pt")

# A whole model in f16, and what OpenCLIP makes of it in ones and of a few tokens.
clip = open_clip.CLIP(embed_dim=8, vision_cfg=dict(image_size=16, layers=1, width=16, head_width=8, patch_size=8),
                      text_cfg=dict(context_length=8, vocab_size=20, width=16, heads=2, layers=1)).half()
state = {"module." + name: value for name, value in clip.state_dict().items()}
torch.save({"epoch": 1, "name": "tiny", "state_dict": state, "optimizer": {}}, folder / "model.pt")
