"""The methods that rank the prefix by pooled window attention: SnapKV, PyramidKV, AdaKV, SparseMM."""

from math import floor

import numpy as np

from common import Head, Plan, cut, largest, pooled, reduced, whole, window_rows, with_last


def prefix_scores(evidence, rows, kernel, pooling):
    """Group mean, cut to the prefix, pooled: float64 [L, H, N - w]."""
    return pooled(evidence.window(rows)[:, :, : evidence.tokens - rows], kernel, pooling)


def keep_best(evidence, cap, rows, scores, counts, margins):
    """A plan in which head (l,h) keeps its counts[l][h] best prefix rows and the window."""
    tokens, heads = evidence.tokens, []
    for layer in range(evidence.layers):
        for head in range(evidence.kv_heads):
            count = counts[layer][head]
            best = largest(scores[layer, head], range(tokens - rows), count, margins, "row")
            heads.append(Head(count + rows, with_last(best, rows, tokens)))
    return Plan(cap, rows, heads)


def snapkv(evidence, cap, p, margins):
    """Every head keeps its cap - w best."""
    rows = window_rows(p["windowRows"], cap)
    scores = prefix_scores(evidence, rows, p["kernel"], p["pooling"])
    counts = [[cap - rows] * evidence.kv_heads] * evidence.layers
    return keep_best(evidence, cap, rows, scores, counts, margins)


def pyramid(base, beta, tokens, rows, layers):
    """Prefix rows of every layer: falling evenly, with layers * base in total."""
    if base * 2 > tokens or layers == 1:
        return [base] * layers
    least = floor(base / beta)
    most = 2 * base - least
    if most >= tokens - rows:
        most = tokens - rows
        least = 2 * base - most
    step = (most - least) // (layers - 1)
    counts = [most - layer * step for layer in range(layers)]
    excess = sum(counts) - layers * base
    while excess > 0:
        for layer in range(layers):
            if excess > 0 and counts[layer] > 0:
                counts[layer] -= 1
                excess -= 1
    return counts


def pyramidkv(evidence, cap, p, margins):
    """SnapKV with a budget that falls from the first layer to the last."""
    rows = window_rows(p["windowRows"], cap)
    scores = prefix_scores(evidence, rows, p["kernel"], p["pooling"])
    counts = pyramid(cap - rows, p["beta"], evidence.tokens, rows, evidence.layers)
    counts = [[count] * evidence.kv_heads for count in counts]
    return keep_best(evidence, cap, rows, scores, counts, margins)


def concentration(scores, base):
    """The share of a head's pooled scores that its `base` largest hold; 1 if they sum to 0."""
    total = scores.sum()
    return np.sort(scores)[::-1][:base].sum() / total if total != 0 else 1.0


def competition(scores, base, alpha, normalize, most, margins):
    """Prefix rows of the heads of one layer. scores: [H, N - w]."""
    heads, count = scores.shape
    if normalize:
        scores = scores * np.array([[concentration(row, base)] for row in scores])
    winners = largest(scores.reshape(-1), range(heads * count), heads * base, margins, "competition")
    share = cut(alpha * base, [], margins)
    rows = []
    for head in range(heads):
        won = sum(head * count <= place < (head + 1) * count for place in winners)
        others = [won - won * alpha + share, share + (1 - alpha) * won]
        rows.append(min(most, whole(won * (1 - alpha) + share, others, margins)))
    return reduced(rows, heads * base)


def adakv(evidence, cap, p, margins):
    """The heads of a layer compete for its rows; a share alpha is given to all alike."""
    rows = window_rows(p["windowRows"], cap)
    scores = prefix_scores(evidence, rows, p["kernel"], p["pooling"])
    most = evidence.tokens - rows
    counts = [
        competition(layer, cap - rows, p["alpha"], p["normalize"] == "on", most, margins) for layer in scores
    ]
    return keep_best(evidence, cap, rows, scores, counts, margins)


def head_shares(scores, group):
    """Query-head scores [L, Hq] to shares of the KV heads [L, H], which sum to 1."""
    scores = np.asarray(scores, dtype=np.float64)
    total = sum(float(value) for value in scores.reshape(-1))
    scores = scores / total if total > 0 else np.full(scores.shape, 1 / scores.size)
    parts = scores.reshape(scores.shape[0], -1, group)
    shares = np.zeros(parts.shape[:2])
    for member in range(group):
        shares = shares + parts[:, :, member]
    return shares


def sparsemm(evidence, cap, p, margins, scores):
    """Rows of all heads of all layers in proportion to offline scores of the query heads."""
    rows = window_rows(p["windowRows"], cap)
    base, most, heads = cap - rows, evidence.tokens - rows, evidence.heads
    least = cut(p["floor"] * base, [], margins)
    counts = []
    for share in head_shares(scores, evidence.group).reshape(-1):
        share = float(share)
        others = [share * ((base - least) * heads) + least, (base - least) * heads * share + least]
        counts.append(min(most, whole(share * (base - least) * heads + least, others, margins)))
    counts = np.reshape(reduced(counts, heads * base), (evidence.layers, evidence.kv_heads)).tolist()
    ranked = prefix_scores(evidence, rows, p["kernel"], p["pooling"])
    return keep_best(evidence, cap, rows, ranked, counts, margins)
