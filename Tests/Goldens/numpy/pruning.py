"""Section 2.3: what a static head keeps."""

from dataclasses import dataclass
from math import floor

import numpy as np

from ranking import largest

SINKS = 4
KERNEL = 5


@dataclass(frozen=True)
class Prompt:
    """The layout of one prompt: N tokens, visual segments (start, count) and the window W."""

    tokens: int
    visual: tuple
    window: tuple

    @property
    def visual_indices(self):
        """V, ascending."""
        return sorted(j for start, count in self.visual for j in range(start, start + count))

    @property
    def prior_text(self):
        """T u W, ascending: the window is kept whole even where it holds visual tokens (2.1)."""
        visual = set(self.visual_indices) - set(self.window)
        return [j for j in range(self.tokens) if j not in visual]


def pooled(values):
    """Average pool, kernel 5, stride 1, zero padding 2, always divided by 5; summed left to right."""
    padded = np.concatenate([np.zeros(KERNEL // 2), values, np.zeros(KERNEL // 2)])
    total = np.zeros(len(values))
    for shift in range(KERNEL):
        total = total + padded[shift : shift + len(values)]
    return total / KERNEL


def local_saliency(a, prompt, smoothing):
    """Rule 4: a(l,h,.) smoothed `within` each visual segment or `across` the whole sequence. [N]

    Positions outside V hold 0 under `within`; they are never candidates.
    """
    if smoothing == "across":
        return pooled(a)
    smooth = np.zeros(len(a))
    for start, count in prompt.visual:
        smooth[start : start + count] = pooled(a[start : start + count])
    return smooth


def kept_text(a, rows, prompt, margins):
    """Rule 5: W, then text among the first four positions, then text by the largest unsmoothed a."""
    window = set(prompt.window)
    candidates = [j for j in prompt.prior_text if j not in window]
    room = rows - len(window)
    sinks = [j for j in candidates if j < SINKS][:room]
    others = [j for j in candidates if j >= SINKS]
    return sorted(window) + sinks + largest(a, others, room - len(sinks), margins, "text")


def text_limit(budget, prompt, parameters):
    """The most rows that text may take of a static head's budget (`textShare` of 9); W always fits.

    With `text_cap` "hard" the rows that no visual token can fill then stay empty; "soft" lets text
    have them.
    """
    limit = max(floor(parameters.text_share * budget), len(prompt.window))
    if parameters.text_cap == "soft":
        visual = prompt.tokens - len(prompt.prior_text)
        limit = max(limit, budget - visual)
    return min(limit, budget)


def static_rows(a, budget, prompt, parameters, margins):
    """The token indices that a static head with b = `budget` keeps, ascending (2.3)."""
    tokens, window = prompt.tokens, prompt.window
    if budget >= tokens:
        return list(range(tokens))
    if budget < len(window):
        return list(range(tokens - budget, tokens))
    text = prompt.prior_text
    limit = text_limit(budget, prompt, parameters)
    if len(text) > limit:
        text = kept_text(a, limit, prompt, margins)
    candidates = [j for j in prompt.visual_indices if j not in set(window)]
    smooth = local_saliency(a, prompt, parameters.smoothing)
    return sorted(text + largest(smooth, candidates, budget - len(text), margins, "visual"))
