"""Writes positions.safetensors: position embeddings as OpenCLIP resizes them for another picture or context.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/positions.py        (5 s)

grid.<old>.<new> is [1 + new², 6] from grid.<old> [1 + old², 6]; line.<old>.<new> likewise. Arithmetic is float64.
"""

from types import SimpleNamespace

from open_clip.model import resize_pos_embed, resize_text_pos_embed

from golden import Golden, normal

golden = Golden()
for old, new in [(3, 7), (7, 3), (7, 4), (5, 6), (1, 3), (4, 1)]:
    rows = normal(1 + old * old, 6, seed=old)
    state = {"visual.positional_embedding": rows}
    resize_pos_embed(state, SimpleNamespace(visual=SimpleNamespace(grid_size=new)))
    golden.tensors |= {f"grid.{old}": rows, f"grid.{old}.{new}": state["visual.positional_embedding"]}
for old, new in [(5, 8), (8, 5), (6, 16), (1, 4)]:
    rows = normal(old, 6, seed=old)
    state = {"positional_embedding": rows}
    resize_text_pos_embed(state, SimpleNamespace(positional_embedding=normal(new, 6, seed=0)))
    golden.tensors |= {f"line.{old}": rows, f"line.{old}.{new}": state["positional_embedding"]}
golden.save(__file__)
