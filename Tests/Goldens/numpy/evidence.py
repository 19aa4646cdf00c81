"""Made-up prefill evidence: layouts of prompts and attention rows that look real, or tie on purpose."""

import numpy as np

TIE_UNITS = 1024


def peaky(rng, heads, tokens, window):
    """Softmax of scaled normals with a sink at token 0 and a rise at the window. float32 [heads, N]

    The scale differs from head to head, so that some heads are concentrated and others spread out.
    """
    scale = rng.uniform(0.3, 4.5, size=(heads, 1))
    logits = rng.normal(size=(heads, tokens)) * scale
    logits[:, 0] += rng.uniform(0, 6, size=heads)
    logits[:, list(window)] += rng.uniform(0, 2, size=(heads, 1))
    rows = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def constant(rng, heads, tokens, window):
    """The same attention everywhere: every comparison is an exact tie."""
    return np.full((heads, tokens), 1 / tokens, dtype=np.float32)


def repeated(rng, heads, tokens, window):
    """Multiples of 1/1024 with many repeated values; all their sums are exact. Every second head repeats."""
    drawn = rng.multinomial(TIE_UNITS - tokens, rng.dirichlet(np.full(tokens, 0.4)), size=heads)
    rows = (drawn + 1).astype(np.float32) / TIE_UNITS
    rows[1::2] = rows[0::2][: len(rows[1::2])]
    return rows


def dominated(rng, heads, tokens, window):
    """One visual or text token holds nearly everything, the rest is spread unevenly."""
    rows = peaky(rng, heads, tokens, window).astype(np.float64) * 0.02
    rows[np.arange(heads), rng.integers(0, tokens, size=heads)] += 0.98
    return (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def make(seed, tokens, layers, kv_heads, group, visual=(), window=8, attention=peaky):
    """An evidence dict. `window`: the number of last tokens, or the indices themselves."""
    rng = np.random.default_rng(seed)
    query_heads = kv_heads * group
    indices = list(range(tokens - window, tokens)) if isinstance(window, int) else sorted(window)
    rows = attention(rng, layers * query_heads, tokens, indices)
    filtered = 1 - rng.uniform(0, 1, size=(layers, query_heads)) ** 2 * 0.8
    if attention in (constant, repeated):
        filtered = np.round(filtered * 4) / 4
    return {
        "tokens": tokens,
        "layers": layers,
        "kv_heads": kv_heads,
        "query_heads": query_heads,
        "head_dim": 16,
        "visual": [list(segment) for segment in visual],
        "window": indices,
        "attention": rows.reshape(layers, query_heads, tokens),
        "filter": filtered,
    }


def all_evidence():
    """Every evidence of `plans.json` by name."""
    return {
        "oneImage": make(1, 48, 2, 2, 2, [(6, 24)]),
        "twoImages": make(2, 72, 2, 2, 7, [(5, 20), (31, 22)], window=10),
        "noGroup": make(3, 40, 3, 4, 1, [(4, 18)], window=6),
        "threeVideos": make(4, 120, 4, 2, 2, [(5, 24), (33, 24), (61, 30)], window=12),
        "textOnly": make(5, 50, 2, 2, 2),
        "textHeavy": make(6, 90, 2, 4, 2, [(6, 12)], window=16),
        "oneToken": make(7, 1, 1, 2, 2, window=1),
        "twoTokens": make(8, 2, 2, 1, 2, window=1),
        "threeTokens": make(9, 3, 2, 2, 1, [(1, 1)], window=1),
        "fiveTokens": make(10, 5, 2, 2, 2, [(1, 2)], window=2),
        "nineTokens": make(11, 9, 1, 3, 2, [(2, 4)], window=2),
        "visualWindow": make(12, 60, 2, 2, 2, [(4, 20), (30, 24)], window=12),
        "scatteredWindow": make(
            13, 64, 2, 2, 2, [(5, 16), (27, 20)], window=[21, 22, 23, 24, 25, 26, *range(47, 64)]
        ),
        "visualFirst": make(14, 44, 2, 2, 2, [(0, 20)], window=6),
        "visualSecond": make(26, 56, 2, 2, 2, [(2, 12)], window=6),
        "shortSegments": make(15, 46, 2, 2, 1, [(4, 1), (7, 2), (11, 3), (16, 4), (22, 5), (29, 6)], window=7),
        "constant": make(16, 48, 2, 2, 2, [(6, 22)], attention=constant),
        "constantSeven": make(17, 40, 1, 2, 7, [(5, 20)], window=5, attention=constant),
        "repeated": make(18, 56, 2, 3, 2, [(5, 14), (23, 20)], attention=repeated),
        "repeatedSingle": make(19, 64, 3, 2, 1, [(6, 40)], window=6, attention=repeated),
        "dominated": make(20, 60, 2, 3, 2, [(6, 30)], attention=dominated),
        "dominatedText": make(21, 52, 2, 2, 1, attention=dominated),
        "long": make(22, 420, 1, 3, 1, [(12, 180), (200, 180)], window=32),
        "manyHeads": make(23, 36, 6, 4, 2, [(4, 20)], window=5),
        "wideWindow": make(24, 80, 2, 2, 2, [(6, 30)], window=32),
        "sevenLayers": make(25, 66, 7, 1, 7, [(5, 40)], window=9),
    }
