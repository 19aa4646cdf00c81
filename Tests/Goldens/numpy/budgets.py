"""Section 2.2: chunk size and rows per head."""

from dataclasses import dataclass
from math import floor

import numpy as np


@dataclass(frozen=True)
class Budgets:
    """Rows of every head in order of (layer, head), and the numbers they follow from."""

    rows: list
    chunk: int
    uniform: int
    total: int


def uniform_budget(rho, tokens):
    """bbar = max(1, floor(rho * N)), the product taken in double precision."""
    return max(1, floor(rho * tokens))


def chunk_size(requested, tokens, uniform, total, r, dynamic, static, least):
    """c: the request or `auto`, then halved while it exceeds N or the heads' least rows exceed B."""
    chunk = requested
    if requested == "auto":
        share = r * uniform if static > 0 else uniform
        fitting = [size for size in (16, 8, 4, 2) if floor(share / size) >= 8]
        chunk = fitting[0] if fitting else 2
    while chunk > tokens or dynamic * chunk + static * least > total:
        chunk //= 2
    return chunk


def dynamic_share(level1, r, uniform, total, dynamic, static):
    """The rows of one dynamic head before alignment, in each order of the same product (level 1)."""
    if static == 0:
        return [float(uniform)]
    if level1 == "perHeadDiscount":
        return [r * uniform]
    if level1 == "fixedShare":
        return [r * total / dynamic, r * (total / dynamic), r / dynamic * total]
    if level1 == "ratio":
        parts = r * dynamic + static
        return [
            total * r * dynamic / parts / dynamic,
            total * (r * dynamic / parts) / dynamic,
            total * (r / parts),
            r * total / parts,
        ]
    raise ValueError(f"unknown level1 {level1}")


def dynamic_rows(level1, r, tokens, uniform, total, chunk, dynamic, static, least, margins):
    """b_dyn: aligned down to c, at least one chunk, within B - n_s*b_min and within N."""
    shares = dynamic_share(level1, r, uniform, total, dynamic, static)
    chunks = {floor(share / chunk) for share in shares} | {floor(share * (1 / chunk)) for share in shares}
    if len(chunks) > 1:
        margins.distance("alignment", 0)
    affordable = (total - static * least) // (dynamic * chunk)
    return chunk * min(max(1, floor(shares[0] / chunk)), affordable, tokens // chunk)


def static_weights(kind, scores):
    """w(h) of the static heads: s, 1 - s, or equal; never negative."""
    if kind == "uniform":
        return np.ones(len(scores))
    values = np.asarray(scores) if kind == "score" else 1 - np.asarray(scores)
    return np.maximum(values, 0)


def proportional(total, least, most, weights):
    """`least` rows each and the rest in proportion to the weights, none above `most`. float64 [n]

    What a capped head cannot take goes to the others in proportion to their weights; weights that
    sum to 0 count as equal. The values sum to min(total, n * most).
    """
    rows = np.full(len(weights), float(least))
    open_heads = np.arange(len(weights))
    while len(open_heads) > 0:
        capped = len(weights) - len(open_heads)
        extra = total - capped * most - len(open_heads) * least
        share = weights[open_heads]
        if share.sum() <= 0:
            share = np.ones(len(open_heads))
        rows[open_heads] = least + extra * share / share.sum()
        over = rows[open_heads] >= most
        rows[open_heads[over]] = most
        if not over.any():
            break
        open_heads = open_heads[~over]
    return rows


def whole_rows(rows, total, weights, margins):
    """Largest remainder rounding to the exact sum `total`; ties to the smaller head index."""
    lower = np.floor(rows).astype(np.int64)
    remainder = rows - lower
    missing = int(total - lower.sum())
    order = np.argsort(-remainder, kind="stable")
    lower[order[:missing]] += 1
    if 0 < missing < len(order):
        last, first = order[missing - 1], order[missing]
        if weights[last] != weights[first]:
            precision = min(1.0, float(weights.sum()))
            margins.distance("remainder", (remainder[last] - remainder[first]) * precision)
    return lower.tolist()


def allocate(is_static, scores, prompt, rho, parameters, margins):
    """Budgets of all M heads. is_static, scores: one entry per head in order of (layer, head)."""
    tokens, heads = prompt.tokens, len(scores)
    uniform = uniform_budget(rho, tokens)
    total = uniform * heads
    static = sum(is_static)
    dynamic = heads - static
    least = min(uniform, len(prompt.window))
    chunk = chunk_size(parameters.chunk, tokens, uniform, total, parameters.r, dynamic, static, least)
    each = 0
    if dynamic > 0:
        each = dynamic_rows(
            parameters.level1, parameters.r, tokens, uniform, total, chunk, dynamic, static, least, margins
        )
    static_rows = []
    if static > 0:
        available = total - dynamic * each
        excess = available - static * tokens
        if excess >= 0:
            static_rows = [tokens] * static
            if dynamic > 0:
                steps = excess // (dynamic * chunk)
                each = min(each + chunk * steps, chunk * (tokens // chunk))
        else:
            weights = static_weights(
                parameters.weights, [s for s, flag in zip(scores, is_static) if flag]
            )
            shares = proportional(available, least, tokens, weights)
            static_rows = whole_rows(shares, available, weights, margins)
    remaining = iter(static_rows)
    rows = [next(remaining) if flag else each for flag in is_static]
    return Budgets(rows, chunk, uniform, total)
