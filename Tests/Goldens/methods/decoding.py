"""H2O and TOVA while decoding: after every step the row that is worth least goes, generated rows among them.

H2O (FMInference/H2O, utils_real_drop): attention received is added up, prefill and decode, per KV head (group mean); the
newest rows stay. TOVA: the last step's attention alone, mean over all query heads of the layer; the newest row stays.
"""

from math import floor

import numpy as np

import knorm  # noqa: F401  (the same folder)
from common import HERE, Margins, kept_rows, made, save, softmax
import tensors
import tova
import json

STEPS = 12
RATIOS = (0.1, 0.2, 0.5)


def window(cap):
    """H2O's newest rows: 32, or half of a small budget."""
    return 32 if cap >= 64 else max(1, cap // 2)


def drawn(prompt, seed):
    """Keys, values and queries of generated tokens: float32 [steps, L, heads, d]."""
    rng = np.random.default_rng(seed)
    layers, heads, _, dimension = prompt.keys.shape
    keys = rng.normal(size=(STEPS, layers, heads, dimension)) * 1.2
    queries = rng.normal(size=(STEPS, layers, heads * prompt.group, dimension)) * 1.5
    return keys.astype(np.float32), queries.astype(np.float32)


def attention(queries, keys):
    """Softmax of the queries of one group, [g, d], over the rows, [n, d]: the mean over the group."""
    logits = queries.astype(np.float64) @ keys.astype(np.float64).T / np.sqrt(keys.shape[1])
    return softmax(logits).mean(axis=0)


def evict(worth, recent, margins):
    """Place of the row that goes: least worth outside the newest; of equal ones the latest."""
    order = sorted(range(len(worth) - recent), key=lambda place: (worth[place], -place))
    if len(order) > 1:
        margins.compare("victim", worth[order[1]], worth[order[0]])
    return order[0]


def run(prompt, method, cap, keys, queries, margins):
    """Resident tokens of every head after each step."""
    layers, heads, count, _ = prompt.keys.shape
    columns = prompt.grouped(prompt.attention().sum(axis=2).astype(np.float32).astype(np.float64))
    recent = window(cap) if method == "h2o" else 1
    scores = columns if method == "h2o" else tova.scores(prompt)
    first = list(range(count - 1, count - 1 - recent, -1))
    rows = [[kept_rows(scores[l, h], first, cap, margins) for h in range(heads)] for l in range(layers)]
    worth = [[[columns[l, h, t] for t in rows[l][h]] for h in range(heads)] for l in range(layers)]
    trace = []
    for step in range(STEPS):
        for layer in range(layers):
            received = []
            for head in range(heads):
                rows[layer][head].append(count + step)
                worth[layer][head].append(0.0)
                held = np.stack([
                    prompt.keys[layer, head, t] if t < count else keys[t - count, layer, head]
                    for t in rows[layer][head]
                ])
                group = queries[step, layer, head * prompt.group : (head + 1) * prompt.group]
                received.append(attention(group, held))
            if method == "tova":
                received = [np.mean(received, axis=0)] * heads
            for head in range(heads):
                memory = 1 if method == "h2o" else 0
                now = [memory * old + new for old, new in zip(worth[layer][head], received[head])]
                while len(now) > cap:
                    place = evict(now, recent, margins)
                    del now[place], rows[layer][head][place]
                worth[layer][head] = now
        trace.append([[list(head) for head in layer] for layer in rows])
    return trace


def main():
    arrays, entries = {}, []
    for seed, (name, prompt) in enumerate(made().items()):
        if name == "short":
            continue
        keys, queries = drawn(prompt, 300 + seed)
        arrays |= {f"{name}.keys": keys, f"{name}.queries": queries}
        for method in ("h2o", "tova"):
            for ratio in RATIOS:
                margins = Margins()
                cap = max(1, floor(ratio * prompt.tokens))
                trace = run(prompt, method, cap, keys, queries, margins)
                if margins.overall() < 1e-4:
                    print("left out, too close:", name, method, ratio, margins.smallest)
                    continue
                entries.append({
                    "name": f"{name}-{ratio}-{method}", "method": f"{method}:decoding", "prompt": name,
                    "ratio": ratio, "resident": trace,
                })
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    save("decoding.traces.json", ('{"cases":[\n' + lines + "\n]}\n").encode(), "decoding.py")
    save("decoding.safetensors", tensors.encode(arrays), "decoding.py")


if __name__ == "__main__":
    main()
