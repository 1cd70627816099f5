"""Prints what PyTorch finds in a safetensors file, one tensor a line, sorted: name, type, shape, values.

    python Tests/Interop/read_safetensors.py FILE        (used by SafetensorsTests when DIAGONAL_PYTHON is set)
"""

import json
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="pt") as file:
    print(json.dumps(file.metadata(), sort_keys=True))
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(name, str(tensor.dtype).removeprefix("torch."), list(tensor.shape), tensor.flatten().tolist())
