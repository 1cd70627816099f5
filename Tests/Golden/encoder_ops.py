"""Writes encoder_ops.safetensors: what PyTorch makes of the ops that variants of the encoders need, as ops.py does.

Environment: a virtual environment with torch 2.13.0 (CPU) and safetensors.
Run:         python Tests/Golden/encoder_ops.py        (2 s)
"""

import torch
import torch.nn.functional as F

from golden import Golden, normal

golden = Golden()
x = torch.linspace(-6, 6, 97)
golden.op("tanh", torch.tanh, x=x)
golden.op("tanh_gelu", lambda x: F.gelu(x, approximate="tanh"), x=x)
golden.op(
    "layer_norm_epsilon", lambda x, weight, bias: F.layer_norm(x, [24], weight, bias, eps=0.1),
    x=normal(5, 24, seed=1, scale=0.5), weight=1 + normal(24, seed=2, scale=0.3), bias=normal(24, seed=3))
golden.op(
    "layer_scale", lambda x, gamma, residual: residual + x * gamma,
    x=normal(7, 40, seed=4), gamma=normal(40, seed=5), residual=normal(7, 40, seed=6))


def mean_rows(x):
    return torch.stack([x[1:5].mean(0), x[5:6].mean(0), x[12:14].mean(0)])


golden.op("mean_rows", mean_rows, x=normal(15, 70, seed=7))
# Sequences of 5, 1 and 3 rows, one after another.
lengths = [5, 1, 3]
places = torch.cat([torch.arange(length) for length in lengths])


def attention(causal):
    """Two heads of 8 within each sequence; each row of qkv is q, k, v, each of them both heads side by side."""

    def within(qkv):
        q, k, v = qkv.view(-1, 3, 2, 8).permute(1, 2, 0, 3)
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(0, 1).reshape(-1, 16)

    return lambda qkv: torch.cat([within(rows) for rows in qkv.split(lengths)])


for name, causal in [("sequences", False), ("sequences_causal", True)]:
    golden.op(name, attention(causal), qkv=normal(9, 48, seed=8))


def single_query(query, packed):
    """One query a sequence; each row of packed is k, v."""

    def within(q, kv):
        k, v = kv.view(-1, 2, 2, 8).permute(1, 2, 0, 3)
        return F.scaled_dot_product_attention(q.view(2, 1, 8), k, v).reshape(1, 16)

    return torch.cat([within(q, rows) for q, rows in zip(query, packed.split(lengths))])


golden.op("single_query", single_query, query=normal(3, 16, seed=9), packed=normal(9, 32, seed=10))
golden.op(
    "embedding", lambda table, positions, tokens: table[tokens] + positions[places],
    constants={"tokens": torch.tensor([3, 1, 1, 4, 9, 9, 3, 0, 9])}, table=normal(10, 16, seed=17),
    positions=normal(7, 16, seed=18))
golden.op(
    "tokens", lambda x, first, second, positions: torch.cat(
        [torch.stack([first, second]).expand(3, -1, -1), x], 1) + positions,
    x=normal(3, 4, 16, seed=11), first=normal(16, seed=12), second=normal(16, seed=13), positions=normal(6, 16, seed=14))
golden.op("plus_row", lambda x, row: x + row, x=normal(9, 24, seed=15), row=normal(24, seed=16))


def hiding(causal):
    """As attention, but that nobody sees the last row of a sequence of more than one."""

    def within(qkv):
        q, k, v = qkv.view(-1, 3, 2, 8).permute(1, 2, 0, 3)
        length = qkv.shape[0]
        mask = torch.ones(length, length, dtype=torch.bool).tril() if causal else torch.ones(length, length, dtype=torch.bool)
        if length > 1:
            mask[:, -1] = False
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(0, 1).reshape(-1, 16)

    return lambda qkv: torch.cat([within(rows) for rows in qkv.split(lengths)])


def hiding_single(query, packed):
    rows = [kv if len(kv) == 1 else kv[:-1] for kv in packed.split(lengths)]
    keys = [kv.view(-1, 2, 2, 8).permute(1, 2, 0, 3) for kv in rows]
    return torch.cat([
        F.scaled_dot_product_attention(q.view(2, 1, 8), k, v).reshape(1, 16) for q, (k, v) in zip(query, keys)])


def ended_embedding(table, ending, positions, tokens, places):
    rows = table[tokens].clone()
    rows[torch.tensor(lengths).cumsum(0) - 1] = ending
    return rows + positions[places]


for name, causal in [("hiding", False), ("hiding_causal", True)]:
    golden.op(name, hiding(causal), qkv=normal(9, 48, seed=19))
golden.op("hiding_single", hiding_single, query=normal(3, 16, seed=20), packed=normal(9, 32, seed=21))
golden.op(
    "ended_embedding", ended_embedding,
    constants={"tokens": torch.tensor([3, 1, 1, 4, 0, 0, 9, 9, 0]), "places": torch.tensor([0, 1, 3, 4, 6, 6, 0, 2, 6])},
    table=normal(10, 16, seed=22), ending=normal(16, seed=23), positions=normal(7, 16, seed=24))
golden.save(__file__)
