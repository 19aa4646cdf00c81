"""Section 2.1: attention of a KV head, its score and votes, and the threshold.

Attention is given as float32 means over the window rows, one row per query head; every sum here is
taken in float64 over those values.
"""

from math import ceil, floor, log

import numpy as np

from pruning import static_rows

NO_VISUAL_MASS = 1e-6


def group_attention(rows, aggregation):
    """a(l,h,.) from the rows of the group, [g, N] -> [N]: their mean, or their maximum over its sum."""
    rows = rows.astype(np.float64)
    if aggregation == "mean":
        return rows.sum(axis=0) / len(rows)
    highest = rows.max(axis=0)
    return highest / highest.sum()


def top_mass(values, kappa):
    """Sum of the max(1, ceil(kappa * n)) largest of n values, and whether that covers all of them."""
    count = max(1, ceil(kappa * len(values)))
    return np.sort(values)[::-1][:count].sum(), count >= len(values)


def score(a, filtered, prompt, uniform_budget, parameters, margins):
    """s(l,h) by `scoreKind`.

    a: float64 [N]; filtered: the threshold-filter value (mean over the group, or of one query head).
    """
    kind = parameters.score
    if kind == "thresholdFilter":
        return float(filtered)
    if kind == "coverage":
        mass, everything = top_mass(a, parameters.kappa)
        return 1.0 if everything else float(mass)
    if kind == "visualCoverage":
        visual = a[prompt.visual_indices]
        total = visual.sum()
        if len(visual) == 0 or total < NO_VISUAL_MASS:
            return 1.0
        mass, everything = top_mass(visual, parameters.kappa)
        return 1.0 if everything else float(mass / total)
    if kind == "retainedMass":
        kept = static_rows(a, uniform_budget, prompt, parameters, margins)
        return float(a[kept].sum())
    if kind == "entropy":
        if len(a) == 1:
            return 1.0
        positive = a[a > 0]
        return float(1 + (positive * np.log(positive)).sum() / log(len(a)))
    raise ValueError(f"unknown score {kind}")


def threshold(theta, scores, margins):
    """The number that scores are compared with: theta itself, or for "q:S" the k-th largest score.

    k = floor(S * M + 0.5); k = 0 gives +infinity. `scores` holds those of all M heads.
    """
    if not isinstance(theta, str):
        return float(theta)
    count = floor(float(theta.removeprefix("q:")) * len(scores) + 0.5)
    if count == 0:
        return np.inf
    ordered = sorted(scores, reverse=True)
    if count < len(ordered):
        margins.compare("threshold", ordered[count - 1], ordered[count])
    return ordered[count - 1]


def static_heads(theta, scores, margins):
    """(threshold, one bool per head): static where s >= threshold.

    A numeric theta <= 0 makes all heads static and theta > 1 all dynamic, whatever the rounding of s.
    """
    limit = threshold(theta, scores, margins)
    if not isinstance(theta, str):
        if limit <= 0:
            return limit, [True] * len(scores)
        if limit > 1:
            return limit, [False] * len(scores)
        for value in scores:
            margins.compare("threshold", value, limit)
    return limit, [value >= limit for value in scores]
