"""Section 2.4: chunks of a dynamic head, their representatives and the selection of a step."""

import numpy as np

from ranking import Margins, largest


def representatives(keys, chunk, kind, a=None):
    """One representative per whole chunk; the partial last chunk is the tail and has none.

    keys: float32 [N, d]; a: attention [N], used by `topToken`.
    Returns float64 [chunks, d], for `minmax` [chunks, 2, d] with the minimum first.
    """
    keys = keys.astype(np.float64)
    count = len(keys) // chunk
    blocks = keys[: count * chunk].reshape(count, chunk, keys.shape[1])
    if kind == "mean":
        return blocks.mean(axis=1)
    if kind == "minmax":
        return np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1)
    if kind == "topToken":
        attention = np.asarray(a, dtype=np.float64)[: count * chunk].reshape(count, chunk)
        return blocks[np.arange(count), attention.argmax(axis=1)]
    raise ValueError(f"unknown representative {kind}")


def chunk_scores(queries, chunks):
    """score(j) = mean over the group of softmax over chunks of u(q,j). [chunks]

    queries: float32 [g, d]; chunks: as `representatives` returns them.
    """
    queries = queries.astype(np.float64)
    if chunks.ndim == 3:
        low = queries[:, None, :] * chunks[None, :, 0, :]
        high = queries[:, None, :] * chunks[None, :, 1, :]
        u = np.maximum(low, high).sum(axis=2)
    else:
        u = queries @ chunks.T
    u = u / np.sqrt(queries.shape[1])
    weights = np.exp(u - u.max(axis=1, keepdims=True))
    return (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0)


def forced_chunks(forced, count, selected, chunk, window):
    """The chunks that are always taken: the sink, or the sink and the chunks that overlap W.

    If they exceed `selected`: chunk 0 and the latest selected - 1 of the others.
    """
    if forced == "none" or count == 0 or selected == 0:
        return []
    overlapping = set()
    if forced == "sinkAndWindow":
        overlapping = {j // chunk for j in window if j // chunk < count} - {0}
    latest = sorted(overlapping, reverse=True)[: selected - 1]
    return [0] + sorted(latest)


def pick_chunks(scores, selected, forced, chunk, window, margins=None):
    """The min(n_sel, chunks) chunks taken, ascending: the forced ones, then the best scores."""
    margins = margins if margins is not None else Margins()
    count = len(scores)
    selected = min(selected, count)
    always = forced_chunks(forced, count, selected, chunk, window)
    others = [j for j in range(count) if j not in always]
    return sorted(always + largest(scores, others, selected - len(always), margins, "chunk"))


def select(queries, chunks, selected, forced, chunk, window, margins=None):
    """The chunks a dynamic head selects in one decode step, ascending."""
    return pick_chunks(chunk_scores(queries, chunks), selected, forced, chunk, window, margins)


def initial_chunks(a, chunk, selected, forced, window, margins=None):
    """The chunks resident when decoding begins: the largest sums of a, under the same `forced`."""
    count = len(a) // chunk
    sums = a[: count * chunk].reshape(count, chunk).sum(axis=1)
    return pick_chunks(sums, selected, forced, chunk, window, margins)


def transfers(resident, selection):
    """(hits, loads) in chunks, when the resident set of the step before is kept."""
    hits = len(set(resident) & set(selection))
    return hits, len(selection) - hits
