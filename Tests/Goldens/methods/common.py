"""What the goldens of single methods share: made-up prompts with keys, values and attention, and how a file is written.

A method's script states its scores, `scores(prompt)` as float64 [L, H, N] and `protected(prompt)`, in NumPy, from its
paper or the code named, without sight of the engine's source, and calls `write`.
"""

import hashlib
import json
import platform
import sys
from dataclasses import dataclass
from math import floor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "numpy"))

import tensors  # noqa: E402
from ranking import Margins, largest  # noqa: E402  (the ranking rule of the HybridKV goldens)

RATIOS = (0.05, 0.1, 0.2, 0.5, 1.0)
NEAR_TIE = 1e-5  # keys and values are float32: an engine's last bits may differ


@dataclass(frozen=True)
class Prompt:
    """One made-up prompt. Query head q belongs to KV head q // (Hq / H).

    keys, values: float32 [L, H, N, d]; queries: float32 [L, Hq, N, d]; all rotated already.
    """

    name: str
    keys: np.ndarray
    values: np.ndarray
    queries: np.ndarray

    @property
    def tokens(self):
        return self.keys.shape[2]

    @property
    def group(self):
        return self.queries.shape[1] // self.keys.shape[1]

    def attention(self):
        """Causal softmax attention, float64 [L, Hq, N, N]."""
        keys = np.repeat(self.keys.astype(np.float64), self.group, axis=1)
        logits = self.queries.astype(np.float64) @ keys.swapaxes(2, 3) / np.sqrt(self.keys.shape[3])
        hidden = np.triu(np.ones((self.tokens, self.tokens), dtype=bool), 1)
        return softmax(np.where(hidden, -np.inf, logits))

    def grouped(self, per_query_head):
        """The mean over each group: [L, Hq, ...] to [L, H, ...]."""
        layers, heads = self.keys.shape[:2]
        return per_query_head.reshape(layers, heads, self.group, *per_query_head.shape[2:]).mean(axis=2)


def softmax(logits):
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


SIZES = {  # layers, KV heads, group, tokens, d
    "short": (1, 1, 2, 5, 8),
    "small": (2, 2, 2, 40, 16),
    "deep": (4, 1, 4, 64, 16),
    "wide": (2, 4, 1, 96, 8),
}


def made():
    """The prompts by name, always the same."""
    prompts = {}
    for seed, (name, (layers, heads, group, count, dimension)) in enumerate(SIZES.items()):
        rng = np.random.default_rng(100 + seed)
        keys = rng.normal(size=(layers, heads, count, dimension)) * rng.uniform(0.5, 2, size=(layers, heads, count, 1))
        keys += rng.normal(size=(layers, heads, 1, dimension))
        values = rng.normal(size=keys.shape)
        queries = rng.normal(size=(layers, heads * group, count, dimension)) * 1.5
        prompts[name] = Prompt(name, *(part.astype(np.float32) for part in (keys, values, queries)))
    return prompts


def evidence():
    """The contents of prompts.safetensors: what an engine is given, attention in float32."""
    arrays = {}
    for name, prompt in made().items():
        attention = prompt.attention()
        arrays |= {
            f"{name}.keys": prompt.keys,
            f"{name}.values": prompt.values,
            f"{name}.queries": prompt.queries,
            f"{name}.last1": attention[:, :, -1].astype(np.float32),
            f"{name}.columns": attention.sum(axis=2).astype(np.float32),
        }
    return tensors.encode(arrays)


def kept_rows(scores, protected, cap, margins):
    """The kept rows of one head: all when they fit, else the protected ones and the best of the others."""
    count = len(scores)
    if cap >= count:
        return list(range(count))
    first = list(protected)[:cap]
    others = [row for row in range(count) if row not in first]
    return sorted(first + largest(scores, others, cap - len(first), margins, "scores"))


def cases(method, scores, protected=lambda prompt: []):
    """Every prompt at every ratio: kept rows by layer and head."""
    for name, prompt in made().items():
        values = scores(prompt)
        for ratio in RATIOS:
            margins = Margins()
            cap = max(1, floor(ratio * prompt.tokens))
            kept = [
                [kept_rows(head, protected(prompt), cap, margins) for head in layer] for layer in values
            ]
            if margins.overall() < NEAR_TIE:
                raise SystemExit(f"too close: {method} {name} {ratio} {margins.smallest}")
            yield {"name": f"{name}-{ratio}", "method": method, "prompt": name, "ratio": ratio, "kept": kept}


def write(method, cases, name=None):
    """Writes <name or method>.json with its line in provenance.json."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    save(f"{name or method}.json", ('{"cases":[\n' + lines + "\n]}\n").encode(), f"{name or method}.py")


def save(name, data, script):
    """Writes a file, and what made it into provenance.json."""
    (HERE / name).write_bytes(data)
    path = HERE / "provenance.json"
    provenance = json.loads(path.read_text()) if path.exists() else {"outputs": {}}
    provenance["versions"] = {"python": platform.python_version(), "numpy": np.__version__}
    provenance["outputs"][name] = {
        "command": f"python3 {script}",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    path.write_text(json.dumps(provenance, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    save("prompts.safetensors", evidence(), "common.py")
