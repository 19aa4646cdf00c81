"""TOVA, after kvpress's tova_press.py: the last row's attention, mean over all query heads of the layer, for every KV
head alike; the last row is always kept."""

import numpy as np

from common import cases, write


def scores(prompt):
    last = prompt.attention()[:, :, -1].astype(np.float32).astype(np.float64)
    layer = last.mean(axis=1, keepdims=True)
    return np.repeat(layer, prompt.keys.shape[1], axis=1)


def protected(prompt):
    return [prompt.tokens - 1]


if __name__ == "__main__":
    write("tova", cases("tova", scores, protected))
