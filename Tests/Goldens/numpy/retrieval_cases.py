"""The cases of `retrieval.json`: decode steps of one dynamic head."""

import numpy as np

from ranking import Margins
from retrieval import chunk_scores, initial_chunks, pick_chunks, representatives, transfers

KINDS = ("mean", "minmax", "topToken")
STEPS = 5
NEAR_TIE = 1e-4
HEAD_DIM = 16

# tokens N, group size g, chunk c, window W (count of last tokens, or indices)
SHAPES = [
    (10, 1, 2, 3),
    (13, 2, 4, 2),
    (24, 3, 1, 4),
    (37, 7, 3, 6),
    (48, 2, 4, 10),
    (64, 1, 16, 8),
    (75, 4, 5, [20, 21, 22, 23, 70, 71, 72, 73, 74]),
    (100, 7, 8, 20),
    (100, 5, 2, 12),
]


def drifting(rng, tokens, group):
    """float32 keys [N, d], queries [steps, g, d] that drift, attention [N] that sums to 1."""
    keys = rng.normal(size=(tokens, HEAD_DIM))
    direction = rng.normal(size=HEAD_DIM)
    queries = []
    for _ in range(STEPS):
        direction = direction + 0.5 * rng.normal(size=HEAD_DIM)
        queries.append(1.5 * direction + 0.6 * rng.normal(size=(group, HEAD_DIM)))
    weights = np.exp(2 * rng.normal(size=tokens))
    attention = weights / weights.sum()
    return [np.asarray(part, dtype=np.float32) for part in (keys, queries, attention)]


def tied(tokens, group):
    """Every key, and so every chunk, is the same; all sums are exact."""
    key = (np.arange(HEAD_DIM) % 4 - 1.5) / 4
    keys = np.tile(key, (tokens, 1))
    queries = np.stack([np.tile(np.roll(key, step), (group, 1)) for step in range(STEPS)])
    attention = np.full(tokens, 1 / tokens)
    return [np.asarray(part, dtype=np.float32) for part in (keys, queries, attention)]


def counts(chunks):
    """Numbers of selected chunks to try, from one to more than there are."""
    return sorted({1, 2, max(1, chunks // 4), max(1, chunks // 2), chunks, chunks + 3})


def steps_of(scores, resident, selected, forced, chunk, window, margins):
    """The expected selection and transfers of consecutive steps."""
    steps = []
    for row in scores:
        selection = pick_chunks(row, selected, forced, chunk, window, margins)
        hits, loads = transfers(resident, selection)
        steps.append({"selected": selection, "hits": hits, "loads": loads, "loadedTokens": loads * chunk})
        resident = selection
    return steps


def data_set(shape, seed):
    """Tensors of one shape, drawn again until every cut of every case of it is clear."""
    tokens, group, chunk, window = shape
    window = list(range(tokens - window, tokens)) if isinstance(window, int) else window
    for attempt in range(1000):
        exact = seed is None
        keys, queries, attention = (
            tied(tokens, group) if exact else drifting(np.random.default_rng((seed, attempt)), tokens, group)
        )
        cases, arrays = [], {"keys": keys, "queries": queries, "attention": attention}
        clear = True
        for kind in KINDS:
            chunks = representatives(keys, chunk, kind, attention)
            scores = np.stack([chunk_scores(step, chunks) for step in queries])
            arrays[f"representatives.{kind}"] = chunks
            arrays[f"scores.{kind}"] = scores
            for forced in ("sink", "sinkAndWindow", "none"):
                for selected in counts(len(chunks)):
                    margins = Margins()
                    initial = initial_chunks(
                        attention.astype(np.float64), chunk, selected, forced, window, margins
                    )
                    steps = steps_of(scores, initial, selected, forced, chunk, window, margins)
                    clear = clear and margins.overall() >= NEAR_TIE and (exact or margins.ties == 0)
                    cases.append((kind, forced, selected, initial, steps, margins))
        if clear:
            return window, cases, arrays
    raise SystemExit(f"no clear data for {shape}")


def retrieval_goldens():
    """The contents of retrieval.json and the tensors of retrieval.safetensors."""
    data, entries, tensors = {}, [], {}
    shapes = [(shape, 200 + index) for index, shape in enumerate(SHAPES)] + [((30, 2, 4, 5), None)]
    for index, (shape, seed) in enumerate(shapes):
        name = f"data{index}"
        window, cases, arrays = data_set(shape, seed)
        tokens, group, chunk, _ = shape
        data[name] = {
            "tokens": tokens,
            "headDim": HEAD_DIM,
            "groupSize": group,
            "chunk": chunk,
            "chunks": tokens // chunk,
            "window": window,
            "tie": seed is None,
        }
        tensors |= {f"{name}.{key}": value for key, value in arrays.items()}
        for kind, forced, selected, initial, steps, margins in cases:
            margin = margins.overall()
            entries.append(
                {
                    "name": f"{name}-{kind}-{forced}-{selected}",
                    "data": name,
                    "representative": kind,
                    "forced": forced,
                    "selectedChunks": selected,
                    "margin": float(margin) if np.isfinite(margin) else None,
                    "initial": initial,
                    "steps": steps,
                }
            )
    return {"data": data, "cases": entries}, tensors
