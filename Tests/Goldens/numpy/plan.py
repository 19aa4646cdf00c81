"""HybridKV, reconstructed: the plan of one prompt, from the prefill evidence (sections 2.1 to 2.4).

An evidence dict holds `tokens` N, `layers` L, `kv_heads` H, `query_heads` Hq, `head_dim` d, `visual`
[(start, count)], `window` (the indices W), `attention` float32 [L, Hq, N] and `filter` float64 [L, Hq].
Query head q belongs to KV head q // (Hq / H).
"""

from dataclasses import dataclass

import numpy as np

from budgets import allocate, uniform_budget
from pruning import Prompt, static_rows
from ranking import Margins
from retrieval import initial_chunks
from scores import group_attention, score, static_heads


@dataclass(frozen=True)
class Parameters:
    """The switches of sections 2 and 9, with the defaults of the specification.

    theta: a number, or "q:S" for the share S of the heads; chunk: "auto" or a number of tokens.
    `text_cap` is a reading of `textShare` (see the README) and no switch of the specification.
    """

    theta: float | str = 0.9
    kappa: float = 0.10
    score: str = "coverage"
    aggregation: str = "mean"
    r: float = 0.4
    level1: str = "perHeadDiscount"
    weights: str = "score"
    chunk: int | str = "auto"
    representative: str = "mean"
    forced: str = "sink"
    text_share: float = 1.0
    smoothing: str = "within"
    text_cap: str = "soft"


@dataclass(frozen=True)
class HeadPlan:
    """One KV head: its class, what it rests on, and the rows resident when decoding begins."""

    layer: int
    head: int
    is_static: bool
    score: float
    votes: list
    budget: int
    kept: list


@dataclass(frozen=True)
class Plan:
    """The decisions for all heads; `selected` is n_sel, `unused` is B minus the sum of budgets."""

    threshold: float
    chunk: int
    selected: int
    uniform: int
    total: int
    unused: int
    heads: list


def prompt_of(evidence):
    """The layout of the prompt, checked: an empty window is an error (2.1)."""
    if len(evidence["window"]) == 0:
        raise ValueError("the observation window is empty")
    visual = tuple((int(start), int(count)) for start, count in evidence["visual"])
    return Prompt(int(evidence["tokens"]), visual, tuple(sorted(int(j) for j in evidence["window"])))


def plan(evidence, rho, parameters=Parameters(), margins=None):
    """Classes, budgets and resident rows of every head; `margins` collects how close decisions were."""
    margins = margins if margins is not None else Margins()
    prompt = prompt_of(evidence)
    group = evidence["query_heads"] // evidence["kv_heads"]
    uniform = uniform_budget(rho, prompt.tokens)
    places = [(l, h) for l in range(evidence["layers"]) for h in range(evidence["kv_heads"])]
    attention, scores, votes = [], [], []
    for l, h in places:
        members = slice(h * group, (h + 1) * group)
        rows, filtered = evidence["attention"][l, members], evidence["filter"][l, members]
        a = group_attention(rows, parameters.aggregation)
        attention.append(a)
        scores.append(score(a, filtered.mean(), prompt, uniform, parameters, margins))
        votes.append(
            [
                score(row.astype(np.float64), value, prompt, uniform, parameters, margins)
                for row, value in zip(rows, filtered)
            ]
        )
    limit, is_static = static_heads(parameters.theta, scores, margins)
    budgets = allocate(is_static, scores, prompt, rho, parameters, margins)
    heads = [
        HeadPlan(
            l, h, is_static[i], scores[i], votes[i], budgets.rows[i],
            resident(attention[i], is_static[i], budgets.rows[i], budgets.chunk, prompt, parameters, margins),
        )
        for i, (l, h) in enumerate(places)
    ]
    dynamic = [head.budget for head in heads if not head.is_static]
    selected = min(dynamic[0] // budgets.chunk, prompt.tokens // budgets.chunk) if dynamic else 0
    unused = budgets.total - sum(budgets.rows)
    return Plan(limit, budgets.chunk, selected, budgets.uniform, budgets.total, unused, heads)


def resident(a, is_static, budget, chunk, prompt, parameters, margins):
    """Token indices of one head when decoding begins: 2.3, or the initial chunks and the tail of 2.4."""
    if is_static:
        return static_rows(a, budget, prompt, parameters, margins)
    chunks = initial_chunks(a, chunk, budget // chunk, parameters.forced, prompt.window, margins)
    tail = range(prompt.tokens // chunk * chunk, prompt.tokens)
    return [j for index in chunks for j in range(index * chunk, (index + 1) * chunk)] + list(tail)
