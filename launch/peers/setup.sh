#!/usr/bin/env bash
# Makes a virtual environment with OpenCLIP on CPU PyTorch: setup.sh DIR
set -euo pipefail
dir=${1:?usage: setup.sh DIR}
here=$(cd "$(dirname "$0")" && pwd)
python3.11 -m venv "$dir" 2>/dev/null || python3 -m venv "$dir"
"$dir/bin/pip" install -q "torch==2.13.0+cpu" numpy safetensors
"$dir/bin/pip" install -q --no-deps "torchvision==0.28.0"
# torchvision's own operators need CUDA libraries that aren't here; OpenCLIP uses only its transforms, so don't register them.
site=$("$dir/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
sed -i '/^    _meta_registrations,$/d' "$site/torchvision/__init__.py"
"$dir/bin/pip" install -q "open_clip_torch==3.3.0"
# What its own loader of shards needs; webdataset 1.0 isn't the one it was written for.
"$dir/bin/pip" install -q "webdataset==0.2.86" braceexpand pandas
cp "$here/../models/T16.json" "$site/open_clip/model_configs/"
"$dir/bin/python" -c 'import open_clip; print("open_clip", open_clip.__version__)'
