"""Compares the kept rows with those of the kvpress package, and writes kvpress-report.json.

    python compare_kvpress.py    needs the packages of requirements-kvpress.txt

kvpress's own `compress` runs on the made-up attentions and on the stored evidence of the sample model. Keys
carry their position, so that the rows it keeps can be read from what it returns. Rules that should agree
must: the script fails if one does not. Rules that differ are counted, and the README says why they do.
"""

import json
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from kvpress import (
    AdaKVPress,
    ObservedAttentionPress,
    PyramidKVPress,
    RandomPress,
    SnapKVPress,
    StreamingLLMPress,
)

import make
import tensors
from common import uniform_rows, window_rows
from made_evidence import SHAPES, TIED, attention, made
from methods import plan

HERE = Path(__file__).resolve().parent
RATIOS = (0.1, 0.2, 0.3, 0.5, 0.7)
WINDOWS = (32, 8, 4)


class Prompt:
    """An evidence, and attentions [Hq, rows, N] of each layer that give kvpress the same numbers."""

    def __init__(self, evidence, rows=None):
        self.evidence, self.rows = evidence, rows

    def layer(self, layer, window):
        """Whole attention, or for stored evidence the window's mean as every one of its rows."""
        if self.rows is not None:
            return torch.from_numpy(self.rows[layer])[None]
        mean = torch.from_numpy(self.evidence.windows[window][layer].astype(np.float64))
        return mean[None, :, None].expand(-1, -1, window, -1)

    def columns(self, layer):
        if self.rows is not None:
            return torch.from_numpy(self.rows[layer])[None]
        return torch.from_numpy(self.evidence.columns[layer].astype(np.float64))[None, :, None]

    def call(self, layer):
        """module, hidden states, keys that carry their position, values."""
        parts = self.evidence
        config = SimpleNamespace(
            num_attention_heads=parts.query_heads,
            num_key_value_heads=parts.kv_heads,
            num_hidden_layers=parts.layers,
            _attn_implementation="sdpa",
        )
        module = SimpleNamespace(config=config, head_dim=2, layer_idx=layer)
        keys = torch.arange(parts.tokens, dtype=torch.float64)[None, None, :, None]
        keys = keys.expand(1, parts.kv_heads, -1, 2).contiguous()
        return module, torch.zeros(1, parts.tokens, 1), keys, keys.clone()


def prompts():
    """The larger made-up prompts but those made to tie, and the sample model's."""
    for name, shape in SHAPES.items():
        if shape.tokens > 20 and name not in TIED:
            yield name, Prompt(made(shape), attention(shape))
    layouts = json.loads((HERE / "sample-evidence.json").read_text())
    arrays = tensors.read(HERE / "sample-evidence.safetensors")
    for name, layout in layouts.items():
        yield name, Prompt(make.stored_evidence(layout, arrays, name))


def ratio_for(cap, tokens):
    """A compression ratio at which kvpress's int(N * (1 - ratio)) is `cap`."""
    ratio = 1 - (cap + 0.5) / tokens
    assert int(tokens * (1 - ratio)) == cap
    return ratio


def compressed(press, prompt, attentions):
    """The rows that kvpress keeps in every head."""
    found = []
    for layer in range(prompt.evidence.layers):
        module, hidden, keys, values = prompt.call(layer)
        keys, _ = press.compress(module, hidden, keys, values, attentions(layer), {})
        if hasattr(module, "masked_key_indices"):
            _, heads, places = (indices.tolist() for indices in module.masked_key_indices)
            hidden_rows = set(zip(heads, places))
            every = range(prompt.evidence.tokens)
            found += [
                [j for j in every if (h, j) not in hidden_rows] for h in range(prompt.evidence.kv_heads)
            ]
        else:
            found += [sorted(int(j) for j in head) for head in keys[0, :, :, 0]]
    return found


def best(press, prompt, attentions, heads):
    """kvpress's scores with the number of rows of our plan."""
    found = []
    for layer in range(prompt.evidence.layers):
        module, hidden, keys, values = prompt.call(layer)
        scores = press.score(module, hidden, keys, values, attentions(layer), {})[0]
        for head, row in enumerate(scores):
            count = heads[layer * prompt.evidence.kv_heads + head].budget
            found.append(sorted(row.topk(count).indices.tolist()))
    return found


def observed_sums(prompt, window, heads):
    """kvpress's observed attention times the number of rows that see a key, and the window kept."""
    found, tokens = [], prompt.evidence.tokens
    for layer in range(prompt.evidence.layers):
        module, hidden, keys, values = prompt.call(layer)
        scores = ObservedAttentionPress(0.5).score(module, hidden, keys, values, prompt.columns(layer), {})[0]
        scores = scores * torch.arange(tokens, 0, -1)
        scores[:, tokens - window :] = float("inf")
        for head, row in enumerate(scores):
            count = heads[layer * prompt.evidence.kv_heads + head].budget
            found.append(sorted(row.topk(count).indices.tolist()))
    return found


class Report:
    """Per comparison: runs, heads, heads with the same rows, and the mean Jaccard overlap of the others."""

    def __init__(self):
        self.rows = {}

    def add(self, name, must, ours, theirs):
        row = self.rows.setdefault(name, {"mustAgree": must, "runs": 0, "heads": 0, "same": 0, "overlap": []})
        row["runs"] += 1
        for head, other in zip(ours, theirs, strict=True):
            a, b = set(head.kept), set(other)
            row["heads"] += 1
            row["same"] += a == b
            row["overlap"].append(len(a & b) / len(a | b))
            if must and a != b:
                raise SystemExit(f"{name}: {sorted(a ^ b)}")

    def finished(self):
        for row in self.rows.values():
            row["overlap"] = round(float(np.mean(row["overlap"])), 4)
        return self.rows


def compare(report, prompt, rho, wanted):
    """All methods on one prompt at one budget with one window length."""
    parts = prompt.evidence
    cap = uniform_rows(rho, parts.tokens)
    window, ratio = window_rows(wanted, cap), ratio_for(cap, parts.tokens)
    if cap < 2 or (prompt.rows is None and window not in parts.windows):
        return
    texts = {"windowRows": str(wanted)}
    attentions = lambda layer: prompt.layer(layer, window)
    ours = plan("snapkv", parts, rho, texts).heads
    snap = SnapKVPress(ratio, window_size=window, kernel_size=5)
    report.add("snapkv, same window and row count", True, ours, compressed(snap, prompt, attentions))
    if prompt.rows is not None and cap > 64:
        other = SnapKVPress(ratio)
        theirs = compressed(other, prompt, lambda layer: prompt.layer(layer, 64))
        report.add("snapkv, kvpress's window of 64", False, ours, theirs)
    ours = plan("pyramidkv", parts, rho, texts).heads
    pyramid = PyramidKVPress(ratio, window_size=window, kernel_size=5)
    report.add("pyramidkv, our row counts", True, ours, best(pyramid, prompt, attentions, ours))
    report.add("pyramidkv, kvpress's row counts", False, ours, compressed(pyramid, prompt, attentions))
    for alpha, must in ((0.0, True), (0.2, False)):
        changed = {"alpha": str(alpha), "pooling": "avg", "kernel": "5"}
        ours = plan("adakv", parts, rho, texts | changed).heads
        ada = AdaKVPress(SnapKVPress(ratio, window_size=window, kernel_size=5), alpha_safeguard=alpha)
        report.add(f"adakv, average pool, alpha {alpha}", must, ours, compressed(ada, prompt, attentions))
    ours = plan("h2o", parts, rho, texts).heads
    theirs = compressed(ObservedAttentionPress(ratio), prompt, prompt.columns)
    report.add("h2o, kvpress's observed attention", False, ours, theirs)
    report.add("h2o, its sums and our window", True, ours, observed_sums(prompt, window, ours))
    if cap > 4:
        ours = plan("streamingllm", parts, rho, {}).heads
        theirs = compressed(StreamingLLMPress(ratio), prompt, lambda layer: None)
        report.add("streamingllm", True, ours, theirs)
    ours = plan("random", parts, rho, {}).heads
    theirs = compressed(RandomPress(ratio, seed=0), prompt, lambda layer: None)
    report.add("random, another generator", False, ours, theirs)


def row_counts():
    """How often int(N * (1 - ratio)) with ratio = 1 - rho is not floor(rho * N), for N to 2000."""
    return {
        str(rho): sum(int(n * (1 - (1 - rho))) != int(rho * n) for n in range(1, 2001))
        for rho in (0.05, 0.1, 0.2, 0.3)
    }


def main():
    torch.set_num_threads(1)
    report = Report()
    for _, prompt in prompts():
        for rho in RATIOS:
            if prompt.rows is None and rho not in make.RATIOS:
                continue
            for wanted in WINDOWS if prompt.rows is not None else (32,):
                compare(report, prompt, rho, wanted)
    found = {"comparisons": report.finished(), "rowCountsThatDiffer": row_counts()}
    for name, row in found["comparisons"].items():
        print(f"{name}: {row['same']} of {row['heads']} heads the same, overlap {row['overlap']}")
    packages = {package: version(package) for package in ("kvpress",)}
    make.write(
        {"kvpress-report.json": json.dumps(found, indent=1) + "\n"}, "python3 compare_kvpress.py", packages
    )


if __name__ == "__main__":
    main()
