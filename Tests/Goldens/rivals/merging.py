"""LOOK-M's merging of the dropped rows of one KV head into the kept ones."""

from dataclasses import dataclass

import numpy as np

from common import Margins


@dataclass(frozen=True)
class Merged:
    """`nearest`, `similarity`: of the dropped rows; `counts`: how many are merged into each kept one."""

    keys: np.ndarray
    values: np.ndarray
    nearest: list
    similarity: list
    counts: list


def cosines(rows, others):
    """[rows, others]; a vector of norm 0 has cosine 0 with everything."""
    lengths = np.sqrt((rows**2).sum(axis=1))[:, None] * np.sqrt((others**2).sum(axis=1))[None, :]
    products = np.array([[(a * b).sum() for b in others] for a in rows]).reshape(lengths.shape)
    return np.where(lengths > 0, products / np.where(lengths > 0, lengths, 1), 0.0)


def merge(keys, values, kept, kind, margins=None):
    """Rows of the kept tokens after merging, in float64. keys, values: float32 [N, d]; kept: ascending."""
    margins = margins if margins is not None else Margins()
    keys, values = keys.astype(np.float64), values.astype(np.float64)
    dropped = sorted(set(range(len(keys))) - set(kept))
    old_keys, old_values = keys[kept], values[kept]
    if kind == "none" or not dropped:
        return Merged(old_keys, old_values, [], [], [0] * len(kept))
    table = cosines(keys[dropped], old_keys)
    nearest = [int(index) for index in table.argmax(axis=1)]
    similarity = [float(value) for value in table.max(axis=1)]
    for row, best in zip(table, similarity):
        close = np.sort(row)[::-1][1:2]
        if len(close) and close[0] == best:
            margins.ties += 1
        elif len(close):
            margins.distance("nearest", best - close[0])
    least = sum(similarity) / len(similarity)
    counts, key_sums, value_sums = [0] * len(kept), old_keys.copy(), old_values.copy()
    for token, place, alike in zip(dropped, nearest, similarity):
        key, value = keys[token], values[token]
        if kind == "pivot":
            key, value = (key + old_keys[place]) / 2, (value + old_values[place]) / 2
        elif kind == "weighted":
            if len(dropped) > 1:
                margins.distance("mean", abs(alike - least))
            if alike < least:
                continue
            key, value = alike * key, alike * value
        elif kind != "average":
            raise ValueError(f"unknown merge {kind}")
        key_sums[place] += key
        value_sums[place] += value
        counts[place] += 1
    parts = 1 + np.array(counts)[:, None]
    return Merged(key_sums / parts, value_sums / parts, nearest, similarity, counts)
