"""KeyDiff, after the paper (arXiv 2504.15364) and kvpress's keydiff_press.py: the score is minus the cosine similarity of
the rotated key with the anchor, the mean of the head's keys normalised one by one; nothing is protected."""

import numpy as np

from common import cases, write


def scores(prompt):
    keys = prompt.keys.astype(np.float64)
    norms = np.linalg.norm(keys, axis=3)
    anchor = (keys / norms[..., None]).mean(axis=2)
    dots = np.einsum("lhnd,lhd->lhn", keys, anchor)
    return -dots / (norms * np.linalg.norm(anchor, axis=2)[..., None])


if __name__ == "__main__":
    write("keydiff", cases("keydiff", scores))
