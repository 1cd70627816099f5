"""Writes losses.safetensors: every loss and its gradients, with the whole B x B matrix held, in float64.

Environment: a virtual environment with torch 2.13.0 (CPU), safetensors and open_clip_torch 3.3.0.
Run:         python Tests/Golden/losses.py        (3 s)

Rows 0-23 of the batch; captions 3 = 17 and 5 = 9 = 22, pictures 4 = 11 and 5 = 8 are the same. What each row chooses to
see is in `seen.rows` and `seen.columns` (1 where row i, or column j, sees the pair), drawn by this script's own code for
Philox and the keyed hash.
"""

import math

import torch
import torch.nn.functional as F
from open_clip.loss import SigLipLoss

from golden import Golden, normal

BATCH, DIM, SEED, STEP, NEGATIVES = 24, 12, 7, 3, 5
golden = Golden()
M32, M64 = 2**32 - 1, 2**64 - 1


def philox(key, counter):
    """Philox 4x32-10."""
    (k0, k1), c = key, list(counter)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k0, b & M32, (a >> 32) ^ c[3] ^ k1, a & M32]
        k0, k1 = (k0 + 0x9E3779B9) & M32, (k1 + 0xBB67AE85) & M32
    return c


def mix(x):
    x ^= x >> 16
    x = x * 0x7FEB352D & M32
    x ^= x >> 15
    x = x * 0x846CA68B & M32
    return x ^ x >> 16


def choice(direction):
    """[i, j] is true where row i sees j: itself, and the NEGATIVES others of smallest hash."""
    purpose = 8  # negatives
    seen = torch.eye(BATCH, dtype=torch.bool)
    for row in range(BATCH):
        sample = STEP << 32 | row
        counter = (0, purpose << 24 | direction, sample & M32, sample >> 32)
        a, b, _, _ = philox((SEED & M32, SEED >> 32), counter)
        others = sorted((mix(mix(j ^ a) ^ b), j) for j in range(BATCH) if j != row)
        for _, j in others[:NEGATIVES]:
            seen[row, j] = True
    return seen


captions = torch.arange(BATCH)
captions[17], captions[9], captions[22] = 3, 5, 5
pictures = torch.arange(BATCH) + 100
pictures[11], pictures[8] = 104, 105
same = (captions[:, None] == captions) | (pictures[:, None] == pictures)
eye = torch.eye(BATCH, dtype=torch.bool)
rows, columns = choice(0), choice(1).T
everything = torch.ones(BATCH, BATCH, dtype=torch.bool)


def roles(duplicates, negatives):
    """Which pairs rows see, which columns see, which are positives."""
    in_rows, in_columns = (rows, columns) if negatives else (everything, everything)
    if duplicates == "positive":
        return in_rows | same, in_columns | same, same
    if duplicates == "ignore":
        return in_rows & ~same | eye, in_columns & ~same | eye, eye
    return in_rows, in_columns, eye


def masked_lse(logits, seen, dim):
    return logits.masked_fill(~seen, -math.inf).logsumexp(dim)


def softmax(images, texts, logit_scale, duplicates, negatives):
    in_rows, in_columns, positives = roles(duplicates, negatives)
    logits = logit_scale.exp() * images @ texts.T
    targets = positives.double() / positives.sum(1, keepdim=True)
    by_row = masked_lse(logits, in_rows, 1) - (targets * logits).sum(1)
    by_column = masked_lse(logits, in_columns, 0) - (targets.T * logits).sum(0)
    return (by_row.mean() + by_column.mean()) / 2


def decoupled(images, texts, logit_scale, duplicates, negatives):
    """DCL: a row's own pair is its positive, and not in its denominator."""
    in_rows, in_columns, positives = roles(duplicates, negatives)
    logits = logit_scale.exp() * images @ texts.T
    by_row = masked_lse(logits, in_rows & ~positives, 1) - logits.diagonal()
    by_column = masked_lse(logits, in_columns & ~positives, 0) - logits.diagonal()
    return (by_row.mean() + by_column.mean()) / 2


def sigmoid(images, texts, logit_scale, logit_bias, duplicates, negatives):
    in_rows, in_columns, positives = roles(duplicates, negatives)
    logits = logit_scale.exp() * images @ texts.T + logit_bias
    if duplicates == "negative" and not negatives:
        return SigLipLoss()(images, texts, logit_scale.exp(), logit_bias)
    signs = 2 * positives.double() - 1
    weights = (in_rows.double() + in_columns.double()) / 2
    return -(weights * F.logsigmoid(signs * logits)).sum() / BATCH


GAMMA, EPSILON = 0.3, 1e-14


def global_contrastive(images, texts, logit_scale, u_image, u_text, duplicates, negatives, rho):
    """A loss of the reference's gradient: value and moving averages beside."""
    in_rows, in_columns, _ = roles(duplicates, negatives)
    in_rows, in_columns = in_rows & ~eye, in_columns & ~eye
    scale = logit_scale.exp()
    cosines = images @ texts.T
    own = cosines.diagonal()
    g_image = (torch.exp(scale * (cosines - own[:, None])) * in_rows).sum(1) / in_rows.sum(1)
    g_text = (torch.exp(scale * (cosines - own)) * in_columns).sum(0) / in_columns.sum(0)
    update = lambda u, g: torch.where(u == 0, g.detach(), (1 - GAMMA) * u + GAMMA * g.detach())
    u_image, u_text = update(u_image, g_image), update(u_text, g_text)
    value = (torch.log(EPSILON + u_image) + torch.log(EPSILON + u_text)).mean() / 2
    surrogate = (g_image / (EPSILON + u_image) + g_text / (EPSILON + u_text)).mean() / 2
    if rho is not None:
        # Features and scale through L; the temperature itself through tau (L + rho).
        surrogate = surrogate / scale.detach() + (value + rho) / scale
        value = (value + rho) / scale.detach()
    return value, surrogate, u_image, u_text


def keep(prefix, loss, scale, bias=None, **options):
    unit = lambda seed: F.normalize(normal(BATCH, DIM, seed=seed), dim=-1).float().double()
    inputs = dict(images=unit(40), texts=unit(41), logit_scale=torch.tensor(math.log(scale)).double())
    if bias is not None:
        inputs["logit_bias"] = torch.tensor(float(bias)).double()
    leaves = {name: value.float().double().requires_grad_() for name, value in inputs.items()}
    found = loss(**leaves, **options)
    value, surrogate, *averages = found if isinstance(found, tuple) else (found, found)
    gradients = torch.autograd.grad(surrogate, list(leaves.values()))
    golden.keep(prefix, y=value, **{f"d{name}": gradient for name, gradient in zip(leaves, gradients)})
    golden.keep(prefix, logit_scale=inputs["logit_scale"])
    if "images.images" not in golden.tensors:
        golden.keep("images", images=inputs["images"], texts=inputs["texts"])
    if averages:
        golden.keep(prefix, u_image=averages[0], u_text=averages[1])


golden.keep("seen", rows=rows.int(), columns=columns.int())
golden.keep("same", captions=captions, pictures=pictures)
# Unseen samples have u = 0.
u_image = (normal(BATCH, seed=42).exp() * torch.tensor([1.0, 0.0, 1e-3] * 8).double()).float().double()
u_text = (normal(BATCH, seed=43).exp() * torch.tensor([0.0, 2.0, 1.0] * 8).double()).float().double()
golden.keep("averages", u_image=u_image, u_text=u_text)
for negatives in [False, True]:
    for duplicates in ["negative", "positive", "ignore"]:
        name = f"{duplicates}{'.chosen' if negatives else ''}"
        options = dict(duplicates=duplicates, negatives=negatives)
        keep(f"softmax.{name}", softmax, 14.3, **options)
        keep(f"sigmoid.{name}", sigmoid, 10, bias=-3, **options)
        if duplicates == "negative":
            keep(f"decoupled.{name}", decoupled, 14.3, **options)
        if duplicates != "positive":
            more = dict(u_image=u_image, u_text=u_text, **options)
            keep(f"global_contrastive.{name}", global_contrastive, 14.3, rho=None, **more)
            keep(f"global_contrastive_rho.{name}", global_contrastive, 14.3, rho=6.5, **more)
golden.save(__file__)
