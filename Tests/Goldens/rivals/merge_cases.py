"""The cases of `merges.json`: keys and values of one head, and which rows of it are kept."""

import numpy as np

from common import Margins
from merging import merge

KINDS = ("pivot", "average", "weighted", "none")
NEAR = 1e-4

# name: tokens, head dimension, kept rows, how the rows are made
DATA = {
    "two": (2, 4, 1, "normal"),
    "three": (3, 8, 1, "normal"),
    "small": (12, 8, 4, "normal"),
    "clustered": (40, 16, 10, "clustered"),
    "halfPrecision": (24, 16, 6, "half"),
    "manyKept": (30, 16, 27, "normal"),
    "oneDropped": (20, 8, 19, "normal"),
    "nothingDropped": (6, 8, 6, "normal"),
    "large": (64, 32, 8, "clustered"),
    "zeroDropped": (14, 8, 5, "zeroDropped"),
    "zeroKept": (14, 8, 5, "zeroKept"),
    "duplicates": (16, 8, 6, "duplicates"),
}


def rows_of(rng, tokens, width, kept, kind):
    """(keys, values, kept) with float32 rows."""
    keys, values = rng.normal(size=(2, tokens, width))
    chosen = sorted(int(j) for j in rng.choice(tokens, size=kept, replace=False))
    dropped = sorted(set(range(tokens)) - set(chosen))
    if kind == "clustered":
        centres = rng.normal(size=(5, width)) * 2
        keys = keys * 0.7 + centres[rng.integers(5, size=tokens)]
    elif kind == "half":
        keys, values = keys.astype(np.float16), values.astype(np.float16)
    elif kind == "zeroDropped":
        keys[dropped[2]] = 0
    elif kind == "zeroKept":
        keys[chosen[1]] = 0
        keys[chosen[2]] = 0
    elif kind == "duplicates":
        # Kept rows 0, 2 and 4 have the same key, and some dropped ones are that key or its multiple.
        keys[chosen[2]] = keys[chosen[4]] = keys[chosen[0]]
        keys[dropped[0]] = keys[chosen[0]]
        keys[dropped[1]] = 2 * keys[chosen[0]]
        keys[dropped[3]] = keys[chosen[1]]
    return keys.astype(np.float32), values.astype(np.float32), chosen


def merge_goldens():
    """The contents of merges.json and the tensors of merges.safetensors."""
    data, cases, tensors = {}, [], {}
    for index, (name, shape) in enumerate(DATA.items()):
        for attempt in range(1000):
            keys, values, kept = rows_of(np.random.default_rng((300 + index, attempt)), *shape)
            margins = Margins()
            merged = {kind: merge(keys, values, kept, kind, margins) for kind in KINDS}
            exact = shape[3] in ("duplicates", "zeroDropped", "zeroKept")
            if margins.overall() >= NEAR and (exact or margins.ties == 0):
                break
        else:
            raise SystemExit(f"no clear rows for {name}")
        data[name] = {"tokens": shape[0], "headDim": shape[1], "kept": kept, "ties": margins.ties}
        tensors |= {f"{name}.keys": keys, f"{name}.values": values}
        for kind, result in merged.items():
            tensors[f"{name}.{kind}.keys"] = result.keys
            tensors[f"{name}.{kind}.values"] = result.values
            margins = Margins()
            merge(keys, values, kept, kind, margins)
            cases.append(
                {
                    "name": f"{name}-{kind}",
                    "data": name,
                    "merge": kind,
                    "margin": margins.overall() if np.isfinite(margins.overall()) else None,
                    "nearest": result.nearest,
                    "similarity": result.similarity,
                    "counts": result.counts,
                }
            )
    return {"data": data, "cases": cases}, tensors
