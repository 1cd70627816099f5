"""launch/runs/fashion.yaml in PyTorch, on 2 threads: supervised.py DATA vit|resnet [EPOCHS [SEED]]

DATA is what launch/fashion-mnist made. The image encoder is OpenCLIP's ViT or torchvision's ResNet-18 with its mean projected, as
the run's model has them, with a linear head on the unit embedding; the same recipe. Prints a line of JSON with the accuracy on the
test pictures.
"""
import glob, io, json, math, sys, tarfile, time
import numpy as np
import torch, torchvision, open_clip
import torch.nn.functional as F
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from PIL import Image
from torch import nn

folder, kind = sys.argv[1:3]
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 2
torch.manual_seed(int(sys.argv[4]) if len(sys.argv) > 4 else 0)
torch.set_num_threads(2)
BATCH, RATE, DECAY, WARMUP, WIDTH, SIDE = 256, 1e-3, 0.05, 0.05, 128, 32


def read(pattern):
    """Pixels [n, 3, 32, 32], bicubic from 28 as Pillow makes them, and classes."""
    pictures, classes = {}, {}
    for shard in sorted(glob.glob(f"{folder}/{pattern}")):
        for member in (tar := tarfile.open(shard)):
            key, _, extension = member.name.rpartition(".")
            if extension == "png":
                picture = Image.open(io.BytesIO(tar.extractfile(member).read())).convert("RGB").resize((SIDE, SIDE), Image.BICUBIC)
                pictures[key] = np.asarray(picture)
            elif extension == "cls":
                classes[key] = int(tar.extractfile(member).read())
    keys = sorted(pictures)
    x = torch.from_numpy(np.stack([pictures[key] for key in keys])).permute(0, 3, 1, 2)
    return x, torch.tensor([classes[key] for key in keys])


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torchvision.models.resnet18()
        self.body.fc = nn.Identity()
        self.proj = nn.Parameter(torch.randn(512, WIDTH) * 512**-0.5)

    def forward(self, x):
        return self.body(x) @ self.proj


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.visual = ResNet() if kind == "resnet" else open_clip.model._build_vision_tower(
            WIDTH, dict(image_size=SIDE, layers=4, width=128, head_width=64, patch_size=4))
        self.head = nn.Parameter(torch.randn(10, WIDTH) * WIDTH**-0.5)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def forward(self, x):
        return self.logit_scale.exp() * F.normalize(self.visual(x), dim=-1) @ self.head.T


mean, std = (torch.tensor(v).view(3, 1, 1) for v in (OPENAI_DATASET_MEAN, OPENAI_DATASET_STD))
numbers = lambda x: (x.float() / 255 - mean) / std
(x, y), (test_x, test_y) = read("train-*.tar"), read("test-*.tar")
model = Classifier()
decays = [p for n, p in model.named_parameters() if p.dim() >= 2 and "positional" not in n]
others = [p for n, p in model.named_parameters() if p.dim() < 2 or "positional" in n]
optimizer = torch.optim.AdamW([dict(params=decays, weight_decay=DECAY), dict(params=others, weight_decay=0)],
                              lr=RATE, betas=(0.9, 0.98), eps=1e-6)
steps = epochs * len(x) // BATCH
warmup = int(steps * WARMUP)
start, step = time.perf_counter(), 0
model.train()
while step < steps:
    for rows in torch.randperm(len(x)).split(BATCH):
        if len(rows) < BATCH or step == steps:
            break
        rate = (step + 1) / warmup if step < warmup else 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))
        for group in optimizer.param_groups:
            group["lr"] = RATE * rate
        batch = numbers(x[rows])
        flips = torch.rand(len(rows)) < 0.5
        batch[flips] = batch[flips].flip(-1)
        loss = F.cross_entropy(model(batch), y[rows])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, math.log(100))
        step += 1
seconds = time.perf_counter() - start
model.eval()
with torch.no_grad():
    hits = sum((model(numbers(a)).argmax(1) == b).sum().item() for a, b in zip(test_x.split(500), test_y.split(500)))
print(json.dumps(dict(model=kind, epochs=epochs, steps=steps, top1=hits / len(test_y), loss=loss.item(), seconds=seconds,
                      pictures_per_second=steps * BATCH / seconds)))
