"""Writes ops.safetensors: what PyTorch makes of every op of Engine, and the gradients of its inputs.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/ops.py        (2 s)

For an op `f(x, weight)` the file holds f.x, f.weight, f.y, f.dy, f.dx and f.dweight, where dx is the gradient of
sum(dy * y). All arithmetic is float64 on float32 inputs.
"""

import math

import torch
import torch.nn.functional as F
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD

from golden import Golden, normal

golden = Golden()


def rows():
    golden.op(
        "linear",
        lambda x, weight, bias: F.linear(x, weight, bias),
        x=normal(13, 24, seed=1), weight=normal(40, 24, seed=2, scale=0.2), bias=normal(40, seed=3),
    )
    golden.op(
        "layer_norm",
        lambda x, weight, bias: F.layer_norm(x, [48], weight, bias, eps=1e-5),
        x=normal(7, 48, seed=4, scale=3) + 1, weight=1 + normal(48, seed=5, scale=0.3), bias=normal(48, seed=6),
    )
    x = torch.linspace(-8, 8, 129)
    golden.op("gelu", lambda x: F.gelu(x), x=x)
    golden.op("quick_gelu", lambda x: x * torch.sigmoid(1.702 * x), x=x)
    golden.op("unit_rows", lambda x: F.normalize(x, dim=-1), x=normal(6, 20, seed=7, scale=3))
    zeros = normal(3, 20, seed=8)
    zeros[1] = 0
    golden.keep("unit_rows_zero", x=zeros, y=F.normalize(zeros, dim=-1))


def attention(prefix, batch, length, width, heads, causal):
    """Heads of softmax(q k^T / sqrt(head width)) v; each row of qkv is q, k, v, each of them all heads side by side."""

    def merged_heads(qkv):
        q, k, v = qkv.view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return y.transpose(1, 2).reshape(batch * length, width)

    golden.op(prefix, merged_heads, qkv=normal(batch * length, 3 * width, seed=9))


def tokens_and_patches():
    tokens = torch.tensor([[49, 3, 3, 7, 48, 0, 0], [49, 7, 48, 0, 0, 0, 0], [49, 1, 2, 3, 4, 5, 48]])
    golden.op(
        "embedding",
        lambda table, positional, tokens: table[tokens] + positional,
        constants={"tokens": tokens}, table=normal(50, 16, seed=10), positional=normal(7, 16, seed=11),
    )

    pixels = torch.randint(0, 256, (2, 16, 16, 3), generator=torch.Generator().manual_seed(12), dtype=torch.uint8)
    mean, std = torch.tensor(OPENAI_DATASET_MEAN).double(), torch.tensor(OPENAI_DATASET_STD).double()

    def patches(weight, pixels, mean, std):
        pictures = (pixels.double() / 255 - mean) / std
        return F.conv2d(pictures.permute(0, 3, 1, 2), weight, stride=8).flatten(2).transpose(1, 2)

    golden.op(
        "patches", patches,
        constants={"pixels": pixels, "mean": mean, "std": std}, weight=normal(24, 3, 8, 8, seed=13, scale=0.1),
    )
    golden.op(
        "class_token",
        lambda x, token, positional: torch.cat([token.expand(2, 1, 24), x], dim=1) + positional,
        x=normal(2, 4, 24, seed=14), token=normal(24, seed=15), positional=normal(5, 24, seed=16),
    )

    # The largest token is at 4, at 2, and twice: the first counts.
    tokens = torch.tensor([[8, 3, 3, 7, 9, 0, 0], [8, 7, 9, 0, 0, 0, 0], [8, 9, 2, 9, 4, 5, 3]])
    golden.op(
        "pick",
        lambda x, tokens: x[torch.arange(3), tokens.argmax(dim=-1)],
        constants={"tokens": tokens}, x=normal(3, 7, 16, seed=17),
    )


def contrastive_loss(prefix, images, texts, scale):
    def loss(images, texts, logit_scale):
        logits = logit_scale.exp() * images @ texts.T
        labels = torch.arange(len(images))
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2

    golden.op(
        prefix, loss,
        images=F.normalize(images, dim=-1), texts=F.normalize(texts, dim=-1),
        logit_scale=torch.tensor(math.log(scale)),
    )


def losses():
    contrastive_loss("loss", normal(11, 16, seed=18), normal(11, 16, seed=19), 14.3)
    # All logits near 100, their differences near 0: what is subtracted must be exact.
    base = normal(1, 16, seed=20)
    contrastive_loss(
        "loss_alike", base + normal(11, 16, seed=21, scale=1e-3), base + normal(11, 16, seed=22, scale=1e-3), 100)
    # True pairs near -100, one false pair in each row near +100.
    opposite = normal(11, 16, seed=23)
    contrastive_loss("loss_opposite", opposite, -opposite + 0.01 * normal(11, 16, seed=24), 100)


def adamw():
    rates = [1e-3, 2e-3, 1.5e-3, 1e-3, 5e-4]
    gradients = normal(5, 37, seed=25) * torch.logspace(-4, 1, 37).double()  # from near eps to large
    gradients = gradients.float().double()
    x = normal(37, seed=26).requires_grad_()
    golden.keep("adamw", initial=x.clone(), gradients=gradients, learning_rates=torch.tensor(rates))
    optimizer = torch.optim.AdamW([x], betas=(0.9, 0.98), eps=1e-6, weight_decay=0.2)
    values = []
    for rate, gradient in zip(torch.tensor(rates).double().tolist(), gradients):
        optimizer.param_groups[0]["lr"] = rate
        x.grad = gradient.clone()
        optimizer.step()
        values.append(x.detach().clone())
    state = optimizer.state[x]
    golden.keep("adamw", values=torch.stack(values), first_moment=state["exp_avg"], second_moment=state["exp_avg_sq"])


def clip():
    for prefix, largest in [("clip", 1.0), ("clip_not", 100.0)]:
        parameters = [torch.zeros(10).double().requires_grad_(), torch.zeros(3, 4).double().requires_grad_()]
        parameters[0].grad, parameters[1].grad = normal(10, seed=27), normal(3, 4, seed=28)
        golden.keep(prefix, a=parameters[0].grad.clone(), b=parameters[1].grad.clone(), largest=largest)
        norm = torch.nn.utils.clip_grad_norm_(parameters, largest)
        golden.keep(prefix, norm=norm, clipped_a=parameters[0].grad, clipped_b=parameters[1].grad)


rows()
attention("attention", batch=3, length=5, width=128, heads=2, causal=False)
attention("attention_causal", batch=3, length=5, width=128, heads=2, causal=True)
attention("attention_narrow", batch=2, length=7, width=64, heads=2, causal=True)
attention("attention_single", batch=3, length=1, width=64, heads=2, causal=False)
tokens_and_patches()
losses()
adamw()
clip()
golden.save(__file__)
