"""Knorm, after kvpress's knorm_press.py: the score is minus the length of the rotated key; nothing is protected."""

import numpy as np

from common import cases, write


def scores(prompt):
    return -np.sqrt((prompt.keys.astype(np.float64) ** 2).sum(axis=3))


if __name__ == "__main__":
    write("knorm", cases("knorm", scores))
