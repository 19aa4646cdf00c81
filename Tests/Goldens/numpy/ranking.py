"""The one ranking rule of the specification, and a record of how close its decisions were.

Ties always go to the smaller index (2.1, 2.2). A decision that hangs on the last bits of a sum is no
fair test for another implementation, so every cut between taken and left records its distance.
"""

import numpy as np


class Margins:
    """The smallest relative distance of any decision, by kind, and the number of exact ties.

    An exact tie (distance 0) is counted and not measured: it is decided by the index alone.
    """

    def __init__(self):
        self.smallest = {}
        self.ties = 0

    def distance(self, kind, value):
        """Records a distance that should not be small; here 0 is a near-tie, not a tie."""
        self.smallest[kind] = min(self.smallest.get(kind, np.inf), float(value))

    def compare(self, kind, taken, left):
        """Records the relative distance of two compared values; equality counts as a tie."""
        if taken == left:
            self.ties += 1
            return
        scale = max(abs(taken), abs(left), np.finfo(np.float64).tiny)
        self.distance(kind, abs(taken - left) / scale)

    def overall(self):
        """The smallest distance of all kinds, infinity when nothing was decided."""
        return min(self.smallest.values(), default=np.inf)


def largest(values, candidates, count, margins, kind):
    """The `count` candidates with the largest values, ascending; ties to the smaller index.

    values: float64 [N]; candidates: ascending indices into it.
    """
    candidates = np.asarray(candidates, dtype=np.int64)
    count = min(count, len(candidates))
    if count <= 0:
        return []
    order = candidates[np.argsort(-values[candidates], kind="stable")]
    if count < len(order):
        margins.compare(kind, values[order[count - 1]], values[order[count]])
    return sorted(int(index) for index in order[:count])
