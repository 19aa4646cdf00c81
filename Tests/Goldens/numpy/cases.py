"""The cases of `plans.json`: which evidence, which budget ratio, which switches."""

from dataclasses import dataclass, field, replace

import numpy as np

from plan import Parameters

TIED = {"shortSegments", "constant", "constantSeven", "repeated", "repeatedSingle"}
TIE_TAG = "ties"


@dataclass(frozen=True)
class Case:
    """One plan to be made: evidence name, rho, the parameters, and why it is here."""

    evidence: str
    rho: float
    parameters: Parameters
    tags: list = field(default_factory=list)


def written(evidence, rho, *tags, **changes):
    """A case written by hand: the defaults with some changes."""
    return Case(evidence, rho, Parameters(**changes), list(tags))


def edge_cases():
    """What the rules say at their limits, each under the tag that names it."""
    half, most = "q:0.5", "q:0.75"
    return [
        written("oneImage", 0.4, "defaults"),
        written("oneImage", 0.1, "defaults"),
        written("threeVideos", 0.2, "defaults"),
        written("long", 0.1, "defaults"),
        # classes
        written("oneImage", 0.4, "allDynamic", theta="q:0"),
        written("oneImage", 0.4, "allStatic", theta="q:1"),
        written("twoImages", 0.3, "allDynamic", theta=1.5),
        written("twoImages", 0.3, "allStatic", theta=-1.0),
        written("textOnly", 0.3, "allStatic", theta=0.0),
        written("manyHeads", 0.3, "share", theta="q:0.25"),
        written("manyHeads", 0.3, "share", theta="q:0.02"),
        written("manyHeads", 0.3, "share", theta="q:0.021"),
        written("noGroup", 0.4, "share", theta="q:0.375"),
        written("sevenLayers", 0.3, "share", theta="q:0.3"),
        written("repeated", 0.5, "classTie", theta="q:0.2"),
        written("constant", 0.3, "classTie", theta="q:0.25"),
        written("repeatedSingle", 0.5, "classTie", theta="q:0.34"),
        # kappa
        written("oneImage", 0.4, "kappa", kappa=0.0, theta=half),
        written("oneImage", 0.4, "kappa", kappa=1.0),
        written("oneImage", 0.4, "kappa", kappa=2.0, weights="inverse"),
        written("threeVideos", 0.3, "kappa", kappa=1.0, score="visualCoverage"),
        written("threeVideos", 0.3, "kappa", kappa=0.001, score="visualCoverage", theta=half),
        # prompts of one, two and three tokens, N < c
        written("oneToken", 0.1, "tiny"),
        written("oneToken", 0.1, "tiny", theta="q:0"),
        written("oneToken", 1.0, "tiny", score="entropy"),
        written("oneToken", 0.5, "tiny", chunk=1, theta=2.0),
        written("twoTokens", 0.5, "tiny", chunk=2, theta="q:0"),
        written("twoTokens", 0.5, "tiny", theta=half),
        written("twoTokens", 1.0, "tiny", theta=half, r=1.0),
        written("threeTokens", 0.34, "tiny", theta=half),
        written("threeTokens", 0.67, "tiny", theta=half, chunk=3),
        written("threeTokens", 1.0, "tiny", theta="q:0"),
        written("fiveTokens", 0.4, "chunkAboveTokens", chunk=16, theta=half),
        written("fiveTokens", 0.8, "chunkAboveTokens", chunk=16, theta="q:0"),
        written("nineTokens", 1.0, "chunkAboveTokens", chunk=16, theta="q:0.34"),
        written("nineTokens", 0.5, "chunkAboveTokens", chunk=11, theta="q:1"),
        # budget ratios
        written("oneImage", 1.0, "fullBudget", theta=half),
        written("oneImage", 1.0, "fullBudget", theta="q:0"),
        written("oneImage", 1.0, "fullBudget", theta="q:1"),
        written("twoImages", 1.7, "fullBudget", theta=half),
        written("threeVideos", 1.2, "fullBudget", theta="q:0", chunk=16),
        written("oneImage", 0.001, "tinyBudget", theta=half),
        written("threeVideos", 0.001, "tinyBudget", theta="q:0"),
        written("textOnly", 0.02, "tinyBudget", theta=half, chunk=16),
        written("twoImages", 0.05, "tinyBudget", theta=half, weights="inverse"),
        written("wideWindow", 0.3, "windowAboveBudget", theta=half),
        written("wideWindow", 0.4, "windowEqualsBudget", theta="q:1", weights="uniform"),
        written("scatteredWindow", 0.36, "windowEqualsBudget", theta="q:1", weights="uniform"),
        written("scatteredWindow", 0.3, "windowAboveBudget", theta="q:1"),
        written("visualWindow", 0.15, "windowAboveBudget", theta=most, weights="uniform"),
        written("textHeavy", 0.29, "productInDouble", theta=half),
        written("textOnly", 0.58, "productInDouble", theta=half),
        # text and visual rows
        written("textHeavy", 0.3, "textAboveBudget", theta=half),
        written("textHeavy", 0.5, "textAboveBudget", theta="q:1", weights="inverse"),
        written("textHeavy", 0.2, "textAboveBudget", theta=most, weights="uniform"),
        written("textOnly", 0.3, "noVisual", theta=half),
        written("textOnly", 0.4, "noVisual", "ties", theta=half, score="visualCoverage"),
        written("textOnly", 0.4, "noVisual", theta="q:1", smoothing="across"),
        written("visualWindow", 0.6, "visualInWindow", theta=most, smoothing="within"),
        written("visualWindow", 0.6, "visualInWindow", theta=most, smoothing="across"),
        written("visualWindow", 0.5, "visualInWindow", theta="q:1", text_share=0.4),
        written("scatteredWindow", 0.7, "scatteredWindow", theta=most),
        written("scatteredWindow", 0.5, "scatteredWindow", theta=half, forced="sinkAndWindow"),
        written("visualFirst", 0.3, "visualAtSinks", theta=most),
        written("visualFirst", 0.6, "visualAtSinks", theta="q:1"),
        written("visualSecond", 0.35, "visualAtSinks", theta="q:1", weights="uniform"),
        written("shortSegments", 0.75, "shortSegments", theta=half),
        written("shortSegments", 0.6, "shortSegments", theta="q:1", smoothing="across"),
        written("twoImages", 0.6, "segments", theta=most, smoothing="within"),
        written("twoImages", 0.6, "segments", theta=most, smoothing="across"),
        written("threeVideos", 0.5, "segments", theta=most, smoothing="within"),
        written("threeVideos", 0.5, "segments", theta=most, smoothing="across"),
        # ties
        written("constant", 0.3, "ties", theta="q:0"),
        written("constant", 0.6, "ties", theta="q:1"),
        written("constant", 0.4, "ties", theta="q:1", score="entropy"),
        written("constantSeven", 0.4, "ties", theta="q:1", smoothing="across"),
        written("constantSeven", 0.4, "ties", theta=0.75, score="thresholdFilter"),
        written("repeated", 0.4, "ties", theta=half),
        written("repeated", 0.6, "ties", theta="q:1", smoothing="across"),
        written("repeated", 0.3, "ties", theta="q:0", chunk=4, forced="none"),
        written("repeatedSingle", 0.6, "ties", theta=half, score="retainedMass"),
        written("repeatedSingle", 0.4, "ties", theta=0.75, score="thresholdFilter"),
        written("repeatedSingle", 0.5, "ties", theta="q:1", aggregation="max"),
        # budgets: caps, weights, levels
        written("dominated", 0.5, "capped", theta="q:0.17", r=0.1),
        written("dominated", 0.7, "capped", theta="q:0.34", r=0.05),
        written("dominated", 0.9, "capped", theta="q:0.17", r=0.5, chunk=4),
        written("dominated", 0.9, "capped", theta="q:1", weights="inverse", score="entropy"),
        written("manyHeads", 0.8, "capped", theta="q:0.5", weights="inverse"),
        written("dominatedText", 0.6, "capped", theta="q:0.25", weights="inverse", r=0.2),
        written("manyHeads", 0.8, "someCapped", theta="q:0.75"),
        written("manyHeads", 0.6, "someCapped", theta="q:0.75", weights="inverse"),
        written("noGroup", 0.8, "someCapped", theta="q:1", weights="inverse"),
        written("textHeavy", 0.6, "someCapped", theta=half, weights="inverse"),
        written("threeVideos", 0.9, "someCapped", theta="q:1", weights="inverse"),
        written("sevenLayers", 0.8, "someCapped", theta=most),
        written(
            "repeated", 0.6, "zeroWeight", theta=half, weights="inverse", score="thresholdFilter"
        ),
        written(
            "repeated", 0.9, "zeroWeight", theta="q:1", weights="inverse", score="thresholdFilter"
        ),
        written("manyHeads", 0.4, "weights", theta="q:0.4", weights="uniform"),
        written("manyHeads", 0.4, "weights", theta="q:0.4", weights="inverse"),
        written("manyHeads", 0.4, "weights", theta="q:1", weights="inverse", score="entropy"),
        written("manyHeads", 0.4, "uniform", theta="q:0.4", weights="uniform", r=1.0),
        written("noGroup", 0.4, "level1", theta=half, r=0.0),
        written("noGroup", 0.4, "level1", theta=half, r=3.0),
        written("noGroup", 0.4, "level1", theta=half, level1="fixedShare", r=0.27),
        written("noGroup", 0.4, "level1", theta=half, level1="ratio", r=0.12),
        written("noGroup", 0.4, "level1", theta=half, level1="fixedShare", r=1.0),
        written("noGroup", 0.4, "level1", theta=half, level1="ratio", r=50.0),
        written("noGroup", 0.4, "level1", theta="q:0", level1="ratio", r=0.2),
        written("noGroup", 0.4, "level1", theta="q:0", level1="fixedShare", r=0.2),
        # chunks
        written("long", 0.8, "autoChunk", theta="q:0.34"),
        written("long", 0.4, "autoChunk", theta="q:0.34"),
        written("long", 0.2, "autoChunk", theta="q:0"),
        written("long", 0.3, "autoChunk", theta="q:1"),
        written("long", 0.1, "autoChunk", theta="q:0.34", level1="fixedShare"),
        written("threeVideos", 0.4, "oddChunk", theta=half, chunk=5),
        written("threeVideos", 0.4, "oddChunk", theta=half, chunk=7, forced="sinkAndWindow"),
        written("threeVideos", 0.4, "oneTokenChunks", theta=half, chunk=1, forced="sinkAndWindow"),
        written("threeVideos", 0.1, "forced", theta="q:0", chunk=4, forced="sinkAndWindow"),
        written("threeVideos", 0.5, "forced", theta="q:0", chunk=4, forced="sinkAndWindow"),
        written("threeVideos", 0.1, "forced", theta="q:0", chunk=4, forced="none"),
        written("sevenLayers", 0.2, "forced", theta="q:0.3", chunk=8, forced="none"),
        written("threeVideos", 0.03, "halving", theta="q:0.9", chunk=16),
        # textShare
        written("textHeavy", 0.4, "textShare", theta="q:1", text_share=0.5),
        written("textOnly", 0.6, "textShare", theta=half, text_share=0.5),
        written("threeVideos", 0.3, "textShare", theta=half, text_share=0.5),
        written("threeVideos", 0.2, "textShare", theta="q:1", text_share=0.5, smoothing="across"),
        written("twoImages", 0.4, "textShare", theta="q:1", text_share=0.0),
        written("twoImages", 0.4, "textShare", theta=most, text_share=0.25, score="retainedMass"),
        written("oneImage", 1.0, "textShare", theta="q:1", text_share=0.5),
    ]


def drawn_case(rng, names):
    """A case with every switch drawn at random."""
    pick = lambda *values: values[rng.integers(len(values))]
    return Case(
        pick(*names),
        round(float(pick(0.05, 0.1, 0.2, rng.uniform(0.05, 1.1))), 3),
        Parameters(
            theta=pick("q:0.25", "q:0.5", f"q:{rng.uniform():.2f}", round(float(rng.uniform(0.2, 1)), 3)),
            kappa=pick(0.1, 0.1, 0.05, 0.3),
            score=pick("coverage", "thresholdFilter", "visualCoverage", "retainedMass", "entropy"),
            aggregation=pick("mean", "max"),
            r=pick(0.4, 0.4, 0.7, 1.0, round(float(rng.uniform(0, 1.2)), 2)),
            level1=pick("perHeadDiscount", "perHeadDiscount", "fixedShare", "ratio"),
            weights=pick("score", "inverse", "uniform"),
            chunk=pick("auto", "auto", 1, 2, 3, 4, 8, 16),
            forced=pick("sink", "sinkAndWindow", "none"),
            text_share=pick(1.0, 1.0, 0.5, 0.75, 0.3),
            smoothing=pick("within", "across"),
        ),
        ["drawn"],
    )


def drawn_cases(seed, names, count, accepted):
    """`count` random cases that `accepted` takes (their decisions are not too close)."""
    rng = np.random.default_rng(seed)
    cases = []
    while len(cases) < count:
        case = drawn_case(rng, names)
        if accepted(case):
            cases.append(case)
    return cases


def sample_settings():
    """Name and parameters of the plans made from the evidence of the sample model."""
    base = Parameters()
    return {
        "default": base,
        "quarterStatic": replace(base, theta="q:0.25"),
        "halfStatic": replace(base, theta="q:0.5", text_share=0.5, weights="inverse"),
        "allStatic": replace(base, theta=0.0),
        "allDynamic": replace(base, theta=2.0),
        "thresholdFilter": replace(base, theta="q:0.25", score="thresholdFilter", aggregation="max"),
        "retainedMass": replace(base, theta="q:0.25", score="retainedMass", smoothing="across"),
        "windowForced": replace(base, theta="q:0.25", chunk=4, forced="sinkAndWindow", level1="ratio"),
    }
