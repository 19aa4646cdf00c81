"""Writes divergence.json: what the sample model says with the rows that a method keeps, by transformers.

    python divergence.py    needs the packages of ../transformers/requirements.txt, and sample-plans.json

The prefill is exact. Every later step is fed the full cache's own greedy token, and attends in each layer
and KV head to the kept prompt rows and to all generated rows. Keys keep their rotation; positions are the
true ones.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers.models.qwen2_5_vl import modeling_qwen2_5_vl as modeling

import make
from sample_evidence import Reference, sample_inputs

HERE = Path(__file__).resolve().parent
PROMPTS = ("caption-6", "docqa-8")
RIVALS = ("snapkv", "adakv", "h2o", "streamingllm")
STEPS = 24

exact_attention = modeling.eager_attention_forward


class Masked:
    """Stands in for eager attention: hides the dropped prompt rows and measures what they would have got.

    `resident` is bool [L, H, N]; None leaves the attention as it is. `measures` collects layer after layer.
    """

    def __init__(self):
        self.resident = None
        self.measures = []

    def __call__(self, module, query, key, value, attention_mask, scaling, **options):
        if self.resident is None or not isinstance(module, modeling.Qwen2_5_VLAttention):
            return exact_attention(module, query, key, value, attention_mask, scaling, **options)
        heads, rows = key.shape[1], key.shape[2]
        group = module.num_key_value_groups
        visible = torch.ones(heads, rows, dtype=torch.bool)
        kept = self.resident[module.layer_idx]
        visible[:, : kept.shape[1]] = torch.from_numpy(kept)
        self.measures += measure(query, key, value, visible, kept.shape[1], scaling)
        bias = torch.zeros(heads, rows).masked_fill(~visible, float("-inf"))
        bias = bias.repeat_interleave(group, dim=0)[None, :, None, :]
        mask = bias if attention_mask is None else attention_mask + bias
        return exact_attention(module, query, key, value, mask, scaling, **options)


def measure(query, key, value, visible, tokens, scaling):
    """(recall, best, output error) of every KV head of a layer, in float64."""
    found = []
    group = query.shape[1] // key.shape[1]
    for head in range(key.shape[1]):
        q = query[0, head * group : (head + 1) * group, 0].double().numpy()
        k, v = key[0, head].double().numpy(), value[0, head].double().numpy()
        logits = q @ k.T * scaling
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        seen = visible[head].numpy()
        recall = weights[:, seen].sum(axis=1).mean()
        mean = weights.mean(axis=0)
        count = int(seen[:tokens].sum())
        best = np.sort(mean[:tokens])[::-1][:count].sum() + mean[tokens:].sum()
        every = weights @ v
        some = weights[:, seen] @ v[seen] / weights[:, seen].sum(axis=1, keepdims=True)
        found.append((recall, best, np.linalg.norm(every - some) / np.linalg.norm(every)))
    return found


def softmax_logs(logits):
    """Logarithms of the softmax in float64."""
    shifted = logits.astype(np.float64) - logits.max()
    return shifted - np.log(np.exp(shifted).sum())


def digits(value):
    """Seven significant digits."""
    return float(f"{value:.7g}")


def evict(cache, resident):
    """Removes the dropped rows from the cache itself; the heads of a layer must keep equally many."""
    for layer, kept in zip(cache.layers, resident):
        places = torch.from_numpy(np.stack([np.flatnonzero(row) for row in kept]))[None, :, :, None]
        places = places.expand(-1, -1, -1, layer.keys.shape[3])
        layer.keys, layer.values = layer.keys.gather(2, places), layer.values.gather(2, places)


@torch.no_grad()
def forced(reference, inputs, tokens, attention, evicted=None):
    """Logits of each step when the given tokens are fed after the prompt; and the measures of each step.

    Without tokens: the full cache's greedy choice is fed. The mask of `attention` applies after the prefill.
    `evicted` is the slower second way to the same logits: resident rows, all others removed from the cache.
    """
    length = inputs["input_ids"].shape[1]
    _, delta = reference.positions(inputs)
    resident, attention.resident = attention.resident, None
    output = reference.forward(inputs, use_cache=True)
    attention.resident = resident
    if evicted is not None:
        evict(output.past_key_values, evicted)
    logits, measures, fed = [], [], []
    token = int(output.logits[0, -1].argmax())
    for step in range(STEPS):
        token = tokens[step] if tokens else token
        attention.measures = []
        output = reference.model(
            input_ids=torch.tensor([[token]]),
            past_key_values=output.past_key_values,
            position_ids=torch.full((3, 1, 1), length + step + delta),
            use_cache=True,
        )
        fed.append(token)
        token = int(output.logits[0, -1].argmax())
        logits.append(output.logits[0, -1].numpy().copy())
        measures.append(attention.measures)
    return fed, logits, measures


def resident_rows(case, layout):
    """bool [L, H, N] of a plan."""
    rows = np.zeros((layout["layers"], layout["kvHeads"], layout["tokens"]), dtype=bool)
    for head in case["expected"]["heads"]:
        rows[head["layer"], head["head"], head["kept"]] = True
    return rows


def step_json(step, full, logits, measures):
    """What is compared at one step; `full` and `logits` are those of the full cache and of the method."""
    p, q = softmax_logs(full), softmax_logs(logits)
    token = int(full.argmax())
    ahead = (logits > logits[token]).sum() + (logits[:token] == logits[token]).sum()
    columns = list(zip(*measures))
    return {
        "step": step,
        "kl": digits((np.exp(p) * (p - q)).sum()),
        "agrees": bool(logits.argmax() == token),
        "rank": int(ahead) + 1,
        "recall": [digits(value) for value in columns[0]],
        "best": [digits(value) for value in columns[1]],
        "outputError": [digits(value) for value in columns[2]],
    }


def check_mask(full, logits, measures, everything):
    """Keeping every row changes nothing, and then all attention is on resident rows."""
    if everything and not all(np.array_equal(a, b) for a, b in zip(full, logits)):
        raise SystemExit("a mask that hides nothing changes the logits")
    for recall, best, error in (head for step in measures for head in step):
        if not (0 < recall <= best + 1e-12 and best <= 1 + 1e-12 and error >= 0):
            raise SystemExit("recall passes the best possible")
        if everything and not (abs(recall - 1) < 1e-12 and error < 1e-12):
            raise SystemExit("all rows are resident and something is missing")


def check_eviction(reference, inputs, fed, attention, logits):
    """Masking rows is removing them, where the heads of a layer keep equally many."""
    rows = attention.resident
    if any(len(set(layer.sum(axis=1))) > 1 for layer in rows):
        return
    attention.resident = None
    _, again, _ = forced(reference, inputs, fed, attention, rows)
    gap = max(float(np.abs(a - b).max()) for a, b in zip(logits, again))
    if not gap < 1e-3:
        raise SystemExit(f"the mask and the eviction differ by {gap}")


def main():
    transformers.logging.set_verbosity_error()
    reference, attention = Reference(), Masked()
    modeling.eager_attention_forward = attention
    goldens = json.loads((HERE / "sample-plans.json").read_text())
    prompts, entries = {}, []
    for name in PROMPTS:
        layout, inputs = goldens["evidence"][name], sample_inputs(reference, name)
        attention.resident = None
        fed, full, _ = forced(reference, inputs, None, attention)
        gaps = [float(np.diff(np.sort(logits)[-2:])[0]) for logits in full]
        prompts[name] = {
            "tokens": fed,
            "greedy": [int(x.argmax()) for x in full],
            "margin": digits(min(gaps)),
        }
        attention.resident = np.ones((layout["layers"], layout["kvHeads"], layout["tokens"]), dtype=bool)
        _, logits, measures = forced(reference, inputs, fed, attention)
        check_mask(full, logits, measures, True)
        for case in goldens["cases"]:
            if case["evidence"] != name or case["method"] not in RIVALS:
                continue
            attention.resident = resident_rows(case, layout)
            _, logits, measures = forced(reference, inputs, fed, attention)
            check_mask(full, logits, measures, False)
            check_eviction(reference, inputs, fed, attention, logits)
            steps = [step_json(i + 1, full[i], logits[i], measures[i]) for i in range(STEPS)]
            entries.append(
                {
                    "name": case["name"],
                    "prompt": name,
                    "method": case["method"],
                    "rho": case["rho"],
                    "steps": steps,
                }
            )
            mean = np.mean([step["kl"] for step in steps])
            print(
                f"{case['name']}: mean KL {mean:.3f}, agrees {sum(step['agrees'] for step in steps)}/{STEPS}"
            )
    outputs = {"divergence.json": make.lines({"prompts": prompts, "runs": entries})}
    packages = {package: version(package) for package in ("torch", "transformers")}
    make.write(outputs, "python3 divergence.py", packages)


if __name__ == "__main__":
    main()
