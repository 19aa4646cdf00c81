"""Made-up evidence: whole causal attentions from random logits; windows and column sums of them are kept."""

from dataclasses import dataclass

import numpy as np

from common import Evidence

UNITS = 64


@dataclass(frozen=True)
class Shape:
    """One evidence: its sizes, the visual runs (start, count), and how its attention is made."""

    seed: int
    tokens: int
    layers: int
    kv_heads: int
    group: int
    visual: tuple = ()
    kind: str = "peaky"


SHAPES = {
    "oneToken": Shape(1, 1, 1, 2, 1),
    "twoTokens": Shape(2, 2, 1, 1, 2),
    "fiveTokens": Shape(3, 5, 2, 2, 2, ((1, 2),)),
    "nineTokens": Shape(4, 9, 3, 1, 7, ((2, 4),)),
    "oneImage": Shape(5, 48, 2, 2, 2, ((6, 24),)),
    "twoImages": Shape(6, 72, 4, 2, 7, ((5, 20), (31, 22))),
    "threeVideos": Shape(7, 130, 3, 2, 3, ((5, 24), (33, 24), (61, 40))),
    "textOnly": Shape(8, 60, 2, 4, 1),
    "sevenLayers": Shape(9, 66, 7, 1, 4, ((5, 40),)),
    "flat": Shape(10, 96, 4, 3, 2, ((8, 50),), "flat"),
    "noPrefix": Shape(11, 40, 2, 2, 2, ((0, 20),)),
    "allVisual": Shape(12, 24, 2, 2, 1, ((0, 24),)),
    "wide": Shape(13, 110, 2, 4, 5, ((4, 30), (40, 30))),
    "uneven": Shape(14, 80, 5, 4, 1, ((6, 50),), "uneven"),
    "turning": Shape(17, 100, 6, 2, 1, ((10, 50),), "turning"),
    "levels": Shape(15, 56, 2, 3, 2, ((5, 14), (23, 20)), "levels"),
    "sparse": Shape(16, 64, 3, 4, 1, ((6, 40),), "sparse"),
}

# Equal numbers in these are equal exactly, whatever the order of the sums: they test the rule for ties.
TIED = {"levels", "sparse"}


def softmax(logits):
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def causal(logits):
    """Softmax over the keys that each row may see. [..., N, N]"""
    tokens = logits.shape[-1]
    hidden = np.triu(np.ones((tokens, tokens), dtype=bool), 1)
    return softmax(np.where(hidden, -np.inf, logits))


def peaky(rng, heads, tokens):
    """Heads from spread out to concentrated, with popular keys, a sink and a rise towards the row itself."""
    scale = rng.uniform(0.2, 2.5, size=(heads, 1, 1))
    logits = rng.normal(size=(heads, tokens, tokens)) * scale
    logits = logits + rng.normal(size=(heads, 1, tokens)) * scale * 1.5
    logits[:, :, 0] += rng.uniform(0, 5, size=(heads, 1))
    distance = np.arange(tokens)[:, None] - np.arange(tokens)[None, :]
    return causal(logits - 0.02 * np.maximum(distance, 0))


def flat(rng, heads, tokens):
    """Nearly the same attention to every key."""
    return causal(rng.normal(size=(heads, tokens, tokens)) * 0.05)


def uneven(rng, heads, tokens):
    """The attention of every fourth head is on its prefix, that of the others on the 12 rows just before."""
    logits = rng.normal(size=(heads, tokens, tokens))
    distance = np.clip(np.arange(tokens)[:, None] - np.arange(tokens)[None, :], 0, 12)
    near = np.where(np.arange(heads) % 4 == 0, 0.0, rng.uniform(0.5, 1.5, size=heads))
    return causal(logits * 1.5 - near[:, None, None] * distance)


def turning(rng, heads, tokens):
    """Spread out in the first half of the layers, in the second on token 0 and one in the middle."""
    logits = rng.normal(size=(heads, tokens, tokens)) * 0.3
    logits[heads // 2 :, :, [0, tokens // 2]] += 9 + rng.uniform(size=(heads - heads // 2, 1, 2))
    return causal(logits)


def levels(rng, heads, tokens):
    """Logits that are multiples of ln 2 and depend on the key alone: many keys of the same attention."""
    level = rng.integers(0, 4, size=(heads, 1, tokens))
    weights = np.tril(np.broadcast_to(2.0**level, (heads, tokens, tokens)))
    return weights / weights.sum(axis=-1, keepdims=True)


def sparse(rng, heads, tokens):
    """Multiples of 1/64, most of them 0, so that sums are exact; every second head repeats the one before.

    Head 0 looks at no position from 6 to 45 (the visual run of the evidence that uses it).
    """
    rows = np.zeros((heads, tokens, tokens))
    for head in range(0, heads, 2):
        taste = rng.gamma(0.15, size=tokens) + 1e-6
        if head == 0:
            taste[6:46] = 0
        for i in range(tokens):
            seen = taste[: i + 1] / taste[: i + 1].sum()
            rows[head, i, : i + 1] = rng.multinomial(UNITS, seen) / UNITS
    rows[1::2] = rows[0::2][: len(rows[1::2])]
    return rows


KINDS = {
    "peaky": peaky,
    "flat": flat,
    "uneven": uneven,
    "turning": turning,
    "levels": levels,
    "sparse": sparse,
}


def attention(shape):
    """The whole attention, float64 [L, Hq, N, N]; every row sums to 1."""
    heads = shape.layers * shape.kv_heads * shape.group
    rows = KINDS[shape.kind](np.random.default_rng(shape.seed), heads, shape.tokens)
    return rows.reshape(shape.layers, -1, shape.tokens, shape.tokens)


def mean_of_last(rows, count):
    """The evidence of a window: mean over the last `count` rows. float32 [L, Hq, N]"""
    return rows[:, :, rows.shape[2] - count :].mean(axis=2).astype(np.float32)


def column_sums(rows):
    """float32 [L, Hq, N]"""
    return rows.sum(axis=2).astype(np.float32)


class Windows(dict):
    """Windows of an attention that are made when they are first asked for."""

    def __init__(self, rows):
        self.rows = rows

    def __missing__(self, count):
        self[count] = mean_of_last(self.rows, count)
        return self[count]


def made(shape):
    """The evidence of a shape."""
    rows = attention(shape)
    return Evidence(
        shape.tokens,
        shape.layers,
        shape.kv_heads,
        shape.kv_heads * shape.group,
        shape.visual,
        Windows(rows),
        column_sums(rows),
    )


def all_evidence():
    """Every evidence of `plans.json` by name."""
    return {name: made(shape) for name, shape in SHAPES.items()}
