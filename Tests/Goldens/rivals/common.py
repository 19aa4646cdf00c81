"""What the methods share: the evidence of a prompt, the budget, the window, the group mean and pooling.

Every sum is taken in float64 over the float32 evidence. Ties always go to the smaller index.
"""

import sys
from dataclasses import dataclass
from math import floor
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent / "numpy"))

from ranking import Margins, largest  # noqa: E402, F401  (the ranking rule of the HybridKV goldens)


@dataclass(frozen=True)
class Evidence:
    """One prompt. `windows` maps w to float32 [L, Hq, N], the mean over the last w rows of the attention;
    `columns` is float32 [L, Hq, N], its sums over all rows. Query head q belongs to KV head q // group."""

    tokens: int
    layers: int
    kv_heads: int
    query_heads: int
    visual: tuple
    windows: dict
    columns: np.ndarray

    @property
    def group(self):
        return self.query_heads // self.kv_heads

    @property
    def heads(self):
        """M: the KV heads of all layers."""
        return self.layers * self.kv_heads

    @property
    def visual_indices(self):
        return sorted(j for start, count in self.visual for j in range(start, start + count))

    @property
    def text_indices(self):
        return sorted(set(range(self.tokens)) - set(self.visual_indices))

    def window(self, rows):
        """a(h,j) of every layer and KV head, float64 [L, H, N]."""
        return self.grouped(self.windows[rows])

    def column_sums(self):
        """c(h,j) of every layer and KV head, float64 [L, H, N]."""
        return self.grouped(self.columns)

    def grouped(self, values):
        parts = values.astype(np.float64).reshape(self.layers, self.kv_heads, self.group, self.tokens)
        total = np.zeros((self.layers, self.kv_heads, self.tokens))
        for member in range(self.group):
            total = total + parts[:, :, member]
        return total / self.group


@dataclass(frozen=True)
class Head:
    """What one KV head may hold and which prompt rows it holds when decoding begins."""

    budget: int
    kept: list


@dataclass(frozen=True)
class Plan:
    """Heads in order of (layer, head). `window` is the number of evidence rows used, or None.

    The last three are Quest's: page size, pages per step, and the initial pages of each head (None: whole).
    """

    uniform: int
    window: int | None
    heads: list
    chunk: int | None = None
    selected: int | None = None
    initial: list | None = None


def uniform_rows(rho, tokens):
    """cap: max(1, floor(rho * N)), the product in double precision."""
    return max(1, floor(rho * tokens))


def window_rows(wanted, cap):
    """w: the wanted rows, or half of a budget that is smaller than two windows."""
    return wanted if cap >= 2 * wanted else max(1, cap // 2)


def pooled(values, kernel, pooling):
    """Pool over the last axis: stride 1, same length. `avg` counts padding zeros, `max` pads with -inf."""
    side = kernel // 2
    if pooling not in ("avg", "max") or kernel % 2 == 0:
        raise ValueError(f"{pooling} pooling of {kernel}")
    edge = np.full((*values.shape[:-1], side), 0.0 if pooling == "avg" else -np.inf)
    padded = np.concatenate([edge, values, edge], axis=-1)
    count = values.shape[-1]
    shifted = [padded[..., shift : shift + count] for shift in range(kernel)]
    if pooling == "max":
        return np.max(shifted, axis=0)
    total = np.zeros_like(values)
    for part in shifted:
        total = total + part
    return total / kernel


def whole(value, others, margins):
    """`value` rounded, half to even. `others`: the same number with its operations in another order.

    A value near a half is recorded; one that another order rounds otherwise is recorded as distance 0.
    """
    if any(round(other) != round(value) for other in others):
        margins.distance("rounding", 0)
    gap = abs(value - floor(value) - 0.5)
    if gap > 0:
        margins.distance("rounding", gap)
    return round(value)


def cut(value, others, margins):
    """floor(value) of a value >= 0, which is also int(value); near integers are recorded."""
    if any(floor(other) != floor(value) for other in others):
        margins.distance("floor", 0)
    gap = abs(value - round(value))
    if gap > 0:
        margins.distance("floor", gap)
    return floor(value)


def reduced(rows, limit):
    """Takes one from the largest entry (ties: the first) until the sum is at most `limit`."""
    rows = list(rows)
    while sum(rows) > limit:
        rows[rows.index(max(rows))] -= 1
    return rows


def with_last(prefix, last, tokens):
    """Chosen prefix positions and the last ones, ascending."""
    return sorted(prefix) + list(range(tokens - last, tokens))
