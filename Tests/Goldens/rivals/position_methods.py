"""The methods that look at positions, or at column sums without pooling: StreamingLLM, random, H2O."""

from common import Head, Plan, largest, window_rows, with_last

MASK = (1 << 64) - 1


def same(evidence, cap, kept):
    """A plan with the same rows in every head."""
    return Plan(cap, None, [Head(cap, list(kept)) for _ in range(evidence.heads)])


def streamingllm(evidence, cap, p, margins):
    """The first `sinks` rows and the last ones."""
    tokens, sinks = evidence.tokens, p["sinks"]
    first = sinks if cap > sinks else cap - 1
    return same(evidence, cap, with_last(range(first), cap - first, tokens))


class SplitMix64:
    """The generator of `random`."""

    def __init__(self, state):
        self.state = state & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def shuffled(state, tokens, cap):
    """The first `cap` places of a Fisher-Yates shuffle from the front, ascending."""
    generator, places = SplitMix64(state), list(range(tokens))
    for k in range(cap):
        other = k + generator.next() % (tokens - k)
        places[k], places[other] = places[other], places[k]
    return sorted(places[:cap])


def random(evidence, cap, p, margins):
    """`cap` rows of every head by chance."""
    kept = [shuffled(p["seed"] + index, evidence.tokens, cap) for index in range(evidence.heads)]
    return Plan(cap, None, [Head(cap, rows) for rows in kept])


def h2o(evidence, cap, p, margins):
    """The rows with the largest column sums, and the window."""
    rows, tokens = window_rows(p["windowRows"], cap), evidence.tokens
    heads = []
    for sums in evidence.column_sums().reshape(evidence.heads, tokens):
        best = largest(sums, range(tokens - rows), cap - rows, margins, "row")
        heads.append(Head(cap, with_last(best, rows, tokens)))
    return Plan(cap, None, heads)
