"""The cases of `plans.json`: method, evidence, budget ratio, parameters; and those of the sample model."""

from dataclasses import dataclass, field

import numpy as np

from methods import METHODS

TIE_TAG = "ties"


@dataclass(frozen=True)
class Case:
    """One plan to be made, and why it is here."""

    tag: str
    method: str
    evidence: str
    rho: float
    texts: dict = field(default_factory=dict)
    scores: list | None = None


def case(tag, method, evidence, rho, **texts):
    """A case written by hand; the parameters as strings."""
    return Case(tag, method, evidence, rho, {key: str(value) for key, value in texts.items()})


def shares(tag, evidence, rho, values, **texts):
    """A case of SparseMM with its scores [L][Hq]."""
    return Case(tag, "sparsemm", evidence, rho, {key: str(value) for key, value in texts.items()}, values)


def drawn_scores(seed, layers, query_heads, power):
    """Scores of query heads to four digits; a large power makes a few heads take nearly everything."""
    values = np.random.default_rng(seed).uniform(size=(layers, query_heads)) ** power
    return [[round(float(value), 4) for value in row] for row in values]


def edge_cases():
    """What the rules say at their limits, each under the tag that names it."""
    one_hot = [[0.0, 0.0, 0.0, 0.0], [0.0, 3.0, 0.0, 0.0]]
    zero = [[0.0] * 4, [0.0] * 4]
    equal = [[1.0] * 4, [1.0] * 4]
    halves = [[1.0, 1.0, 1.0, 1.0], [3.0, 1.0, 5.0, 3.0]]
    cases = []
    for method in METHODS:
        if method == "sparsemm":
            cases.append(shares("defaults", "wide", 0.7, drawn_scores(1, 2, 20, 1)))
            cases.append(shares("oneRow", "oneImage", 0.001, drawn_scores(2, 2, 4, 1)))
            cases.append(shares("fullBudget", "oneImage", 1.2, drawn_scores(3, 2, 4, 1)))
            cases.append(shares("oneToken", "oneToken", 0.4, [[0.5, 0.25]]))
            cases.append(shares("ties", "sparse", 0.3, drawn_scores(4, 3, 4, 1)))
            continue
        cases.append(case("defaults", method, "threeVideos", 0.55))
        cases.append(case("oneRow", method, "twoImages", 0.001))
        cases.append(case("allButOneRow", method, "oneImage", 0.98))
        cases.append(case("fullBudget", method, "fiveTokens", 1.2))
        cases.append(case("oneToken", method, "oneToken", 0.4))
        cases.append(case("ties", method, "sparse", 0.3))
    return cases + [
        # prompts of a few tokens
        case("tiny", "snapkv", "twoTokens", 0.5),
        case("tiny", "pyramidkv", "fiveTokens", 0.6),
        case("tiny", "adakv", "nineTokens", 0.5),
        case("tiny", "h2o", "fiveTokens", 0.4),
        case("tiny", "look-m", "nineTokens", 0.4),
        case("tiny", "madakv", "nineTokens", 0.4),
        case("tiny", "madakv", "twoTokens", 0.5),
        case("tiny", "quest", "nineTokens", 0.5),
        case("tiny", "random", "twoTokens", 0.9),
        # the product rho * N in double
        case("productInDouble", "snapkv", "allVisual", 0.29),
        # windows
        case("windowHalved", "snapkv", "twoImages", 0.2),
        case("windowJustFits", "snapkv", "textOnly", 0.4, windowRows=12),
        case("windowJustHalved", "snapkv", "textOnly", 0.4, windowRows=13),
        case("smallWindow", "h2o", "wide", 0.3, windowRows=1),
        case("kernelOne", "snapkv", "oneImage", 0.3, kernel=1),
        case("wideKernel", "snapkv", "oneImage", 0.4, kernel=9, pooling="max"),
        case("kernelAbovePrefix", "snapkv", "fiveTokens", 0.8, kernel=7, pooling="max"),
        case("kernelAbovePrefix", "adakv", "nineTokens", 0.9, kernel=15),
        case("ties", "snapkv", "levels", 0.4),
        case("ties", "snapkv", "levels", 0.6, pooling="max", kernel=3),
        case("noTextPrefix", "snapkv", "noPrefix", 0.3),
        case("flat", "snapkv", "flat", 0.2, windowRows=8),
        # pyramid
        case("pyramid", "pyramidkv", "sevenLayers", 0.2, windowRows=4),
        case("pyramid", "pyramidkv", "uneven", 0.25, windowRows=4, beta=3),
        case("excess", "pyramidkv", "sevenLayers", 0.3, windowRows=3, beta=4),
        case("excess", "pyramidkv", "flat", 0.24, windowRows=5, beta=7),
        case("upsideCap", "pyramidkv", "sevenLayers", 0.52, windowRows=2),
        case("upsideCap", "pyramidkv", "flat", 0.55, windowRows=8),
        case("plainAboveHalf", "pyramidkv", "sevenLayers", 0.7, windowRows=4),
        case("exactlyHalf", "pyramidkv", "uneven", 0.55, windowRows=4),
        case("oneLayer", "pyramidkv", "twoTokens", 0.5, windowRows=1),
        case("betaOne", "pyramidkv", "uneven", 0.3, windowRows=4, beta=1),
        case("ties", "pyramidkv", "levels", 0.3, beta=4, windowRows=4),
        # competition of the heads of a layer
        case("uneven", "adakv", "uneven", 0.3, windowRows=8),
        case("alphaZero", "adakv", "uneven", 0.3, windowRows=8, alpha=0),
        case("alphaOne", "adakv", "uneven", 0.3, windowRows=8, alpha=1),
        case("halfToEven", "adakv", "wide", 0.3, windowRows=8, alpha=0.5),
        case("halfToEven", "adakv", "textOnly", 0.4, windowRows=4, alpha=0.5),
        case("capped", "adakv", "uneven", 0.8, windowRows=8, alpha=0),
        case("capped", "adakv", "uneven", 0.9, windowRows=4, alpha=0.1, pooling="avg", kernel=3),
        case("quarterAlpha", "adakv", "wide", 0.25, windowRows=8, alpha=0.25),
        case("excess", "adakv", "wide", 0.2, windowRows=8, alpha=0.5, kernel=5),
        case("excess", "adakv", "wide", 0.35, windowRows=8, alpha=0.2, kernel=5),
        case("excess", "adakv", "uneven", 0.35, windowRows=8, alpha=0.5, kernel=3),
        case("normalize", "adakv", "uneven", 0.3, windowRows=8, normalize="on"),
        case("normalize", "adakv", "flat", 0.3, windowRows=8, normalize="on", pooling="avg"),
        case("normalize", "adakv", "twoImages", 0.3, windowRows=4, normalize="on", alpha=0.5),
        case("normalize", "adakv", "sparse", 0.3, windowRows=2, normalize="on"),
        case("ties", "adakv", "levels", 0.4, alpha=0.5),
        case("ties", "adakv", "sparse", 0.7, windowRows=8, kernel=3, pooling="avg"),
        case("noTextPrefix", "adakv", "noPrefix", 0.3),
        # offline scores
        shares("zeroScores", "oneImage", 0.4, zero),
        shares("equalScores", "oneImage", 0.4, equal),
        shares("oneHot", "oneImage", 0.4, one_hot),
        shares("oneHot", "oneImage", 0.6, one_hot, floor=0),
        shares("halfToEven", "oneImage", 0.5, halves, windowRows=8, floor=0.5),
        shares("halfToEven", "oneImage", 0.46, halves, windowRows=5, floor=0.25),
        shares("floorOne", "uneven", 0.3, drawn_scores(5, 5, 4, 1), windowRows=8, floor=1),
        shares("steep", "uneven", 0.5, drawn_scores(6, 5, 4, 8), windowRows=8),
        shares("steep", "sevenLayers", 0.3, drawn_scores(7, 7, 4, 5), windowRows=4, pooling="max"),
        shares("excess", "twoImages", 0.2, drawn_scores(8, 4, 14, 2), windowRows=4),
        shares("excess", "flat", 0.3, drawn_scores(9, 4, 6, 1), windowRows=8),
        shares("ties", "levels", 0.3, drawn_scores(10, 2, 6, 2)),
        # column sums
        case("columns", "h2o", "wide", 0.2, windowRows=8),
        case("columns", "h2o", "flat", 0.2, windowRows=8),
        case("ties", "h2o", "sparse", 0.6, windowRows=16),
        # text before pictures
        case("textFits", "look-m", "oneImage", 0.7),
        case("textAboveBudget", "look-m", "textOnly", 0.3),
        case("textAboveBudget", "look-m", "wide", 0.3),
        case("noText", "look-m", "allVisual", 0.4, merge="none"),
        case("noTextPrefix", "look-m", "noPrefix", 0.6, merge="average"),
        case("flat", "look-m", "flat", 0.6, merge="weighted"),
        # sinks
        case("sinksAboveBudget", "streamingllm", "oneImage", 0.07),
        case("sinksEqualBudget", "streamingllm", "oneImage", 0.1),
        case("noSinks", "streamingllm", "textOnly", 0.3, sinks=0),
        case("manySinks", "streamingllm", "textOnly", 0.3, sinks=12),
        # modalities and layers
        case("layers", "madakv", "sevenLayers", 0.2, windowRows=8),
        case("layers", "madakv", "uneven", 0.3, windowRows=4),
        case("layers", "madakv", "uneven", 0.1, windowRows=4, theta=0.5),
        case("layers", "madakv", "flat", 0.2),
        case("layers", "madakv", "flat", 0.4, theta=0.3),
        case("layers", "madakv", "twoImages", 0.15, theta=0.7),
        case("turning", "madakv", "turning", 0.4, windowRows=8),
        case("turning", "madakv", "turning", 0.25, windowRows=16, theta=0.8),
        case("halfToEven", "madakv", "sparse", 0.3, windowRows=16),
        case("textOnly", "madakv", "textOnly", 0.3),
        case("noText", "madakv", "allVisual", 0.3),
        case("noTextPrefix", "madakv", "noPrefix", 0.4, theta=0.8),
        case("thetaZero", "madakv", "twoImages", 0.3, theta=0),
        case("clamped", "madakv", "sevenLayers", 0.6, theta=0.05),
        case("ties", "madakv", "levels", 0.3, theta=0.6),
        case("ties", "madakv", "sparse", 0.2, theta=0.5),
        # pages
        case("pages", "quest", "wide", 0.5),
        case("pageHalved", "quest", "wide", 0.2),
        case("pageHalved", "quest", "textOnly", 0.3),
        case("pageHalved", "quest", "oneImage", 0.3, page=5),
        case("fewerThanLeast", "quest", "oneImage", 0.05),
        case("fewerThanLeast", "quest", "oneImage", 0.05, minPages=7),
        case("smallPages", "quest", "sevenLayers", 0.3, page=4),
        case("noTail", "quest", "flat", 0.4, page=8),
        case("pageOfOne", "quest", "oneImage", 0.3, page=1),
        case("dense", "quest", "sevenLayers", 0.3, page=4, dense=2),
        case("dense", "quest", "oneImage", 0.3, page=4, dense=5),
        case("ties", "quest", "levels", 0.4, page=4),
        case("ties", "quest", "levels", 0.1, page=2),
        case("ties", "quest", "levels", 0.2, page=1),
        # chance
        case("seed", "random", "wide", 0.2, seed=7),
        case("seedWraps", "random", "oneImage", 0.3, seed=(1 << 64) - 2),
        case("seed", "random", "sevenLayers", 0.9, seed=12345678901234567),
    ]


def drawn_case(rng, shapes):
    """A case with method, evidence, budget and parameters drawn at random."""
    pick = lambda *values: values[rng.integers(len(values))]
    method = pick("snapkv", "pyramidkv", "adakv", "sparsemm", "madakv", "quest", "look-m", "h2o")
    name = pick(*shapes)
    shape = shapes[name]
    window = pick(32, 16, 8, 4)
    choices = {
        "windowRows": window,
        "kernel": pick(3, 5, 7),
        "pooling": pick("avg", "max"),
        "beta": pick(2, 5, 10, 20),
        "alpha": pick(0.2, 0.5, 0.3),
        "normalize": pick("off", "on"),
        "floor": pick(0.1, 0.2, 0.4),
        "merge": pick("pivot", "average", "weighted", "none"),
        "theta": pick(0.9, 0.8, 0.6),
        "page": pick(16, 8, 4),
        "minPages": pick(3, 1, 2),
        "dense": pick(0, 1),
    }
    texts = {key: str(choices[key]) for key in METHODS[method][1]}
    scores = None
    if method == "sparsemm":
        heads = shape.kv_heads * shape.group
        scores = drawn_scores(int(rng.integers(1 << 30)), shape.layers, heads, pick(1, 2, 6))
    rho = pick(0.1, 0.2, 0.3, round(float(rng.uniform(0.05, 0.95)), 3))
    return Case("drawn", method, name, rho, texts, scores)


def drawn_cases(seed, shapes, count, accepted):
    """`count` random cases that `accepted` takes (their decisions are not too close)."""
    rng = np.random.default_rng(seed)
    cases = []
    while len(cases) < count:
        drawn = drawn_case(rng, shapes)
        if accepted(drawn):
            cases.append(drawn)
    return cases


def sample_case(method, name, rho, layers, query_heads):
    """A method with its defaults on the sample model; SparseMM's scores are drawn, for the model has none."""
    scores = drawn_scores(11, layers, query_heads, 2) if method == "sparsemm" else None
    return Case("sample", method, name, rho, {}, scores)
