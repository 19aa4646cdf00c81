"""Every method by name, its parameters with their defaults, and the plan of one prompt."""

from common import Head, Margins, Plan, uniform_rows
from modality_methods import look_m, madakv
from pages import quest
from position_methods import h2o, random, streamingllm
from window_methods import adakv, pyramidkv, snapkv, sparsemm

METHODS = {
    "snapkv": (snapkv, {"windowRows": 32, "kernel": 5, "pooling": "avg"}),
    "pyramidkv": (pyramidkv, {"windowRows": 32, "kernel": 5, "pooling": "avg", "beta": 20}),
    "adakv": (adakv, {"windowRows": 32, "kernel": 7, "pooling": "max", "alpha": 0.2, "normalize": "off"}),
    "sparsemm": (sparsemm, {"windowRows": 32, "kernel": 5, "pooling": "avg", "floor": 0.1}),
    "h2o": (h2o, {"windowRows": 32}),
    "look-m": (look_m, {"merge": "pivot"}),
    "streamingllm": (streamingllm, {"sinks": 4}),
    "madakv": (madakv, {"windowRows": 32, "theta": 0.9}),
    "quest": (quest, {"page": 16, "minPages": 3, "dense": 0}),
    "random": (random, {"seed": 0}),
}


def parameters(method, texts):
    """The parameters of a method from strings by key; what is missing has its default."""
    known = METHODS[method][1]
    unknown = set(texts) - set(known)
    if unknown:
        raise ValueError(f"{method} has no {sorted(unknown)}")
    return known | {key: type(known[key])(text) for key, text in texts.items()}


def plan(method, evidence, rho, texts, scores=None, margins=None):
    """The decisions of one method; `scores` are SparseMM's, [L][Hq]. `margins` collects their distances."""
    margins = margins if margins is not None else Margins()
    tokens, cap = evidence.tokens, uniform_rows(rho, evidence.tokens)
    values = parameters(method, texts)
    if rho >= 1 or cap >= tokens:
        return Plan(cap, None, [Head(tokens, list(range(tokens))) for _ in range(evidence.heads)])
    extra = {"scores": scores} if method == "sparsemm" else {}
    return METHODS[method][0](evidence, cap, values, margins, **extra)
