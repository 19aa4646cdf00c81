"""Writes sample-evidence.json and .safetensors: the attention of the sample model, by transformers.

python sample_evidence.py    needs the packages of ../transformers/requirements.txt
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "transformers"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from reference import ROOT, Reference  # noqa: E402

import make  # noqa: E402
import tensors  # noqa: E402
from common import uniform_rows, window_rows  # noqa: E402

NAMES = ("caption-6", "needle-8", "docqa-8")
WINDOW = 32


def sample_inputs(reference, name):
    """Model inputs of a prompt of samples/tiny-vl/kvscope.json."""
    listed = json.loads((ROOT / "samples/tiny-vl/kvscope.json").read_text())["prompts"]
    messages = next(prompt["messages"] for prompt in listed if prompt["name"] == name)
    return reference.inputs(messages, ROOT / "samples/tiny-vl")


def runs(flags):
    """Runs (start, count) of the positions that are set."""
    found = []
    for j, flag in enumerate(flags):
        if flag and found and sum(found[-1]) == j:
            found[-1][1] += 1
        elif flag:
            found.append([j, 1])
    return found


def windows_of(tokens):
    """The window lengths that the methods need at the budgets of sample-plans.json."""
    halved = {window_rows(WINDOW, uniform_rows(rho, tokens)) for rho in make.RATIOS}
    return sorted(halved | {min(WINDOW, tokens)})


@torch.no_grad()
def evidence_of(reference, name):
    """(layout, tensors) of one prompt: float32 attention of eager prefill, its means and sums in float64."""
    inputs, config = sample_inputs(reference, name), reference.model.config
    ids = inputs["input_ids"][0].tolist()
    layers = reference.forward(inputs, output_attentions=True).attentions
    rows = np.stack([layer[0].double().numpy() for layer in layers])
    tokens = rows.shape[2]
    layout = {
        "tokens": tokens,
        "layers": config.text_config.num_hidden_layers,
        "kvHeads": config.text_config.num_key_value_heads,
        "queryHeads": config.text_config.num_attention_heads,
        "visual": runs(token in (config.image_token_id, config.video_token_id) for token in ids),
    }
    arrays = {
        f"{name}.window{count}": rows[:, :, tokens - count :].mean(axis=2).astype(np.float32)
        for count in windows_of(tokens)
    }
    return layout, arrays | {f"{name}.columns": rows.sum(axis=2).astype(np.float32)}


def main():
    transformers.logging.set_verbosity_error()
    reference = Reference()
    layouts, arrays = {}, {}
    for name in NAMES:
        layouts[name], found = evidence_of(reference, name)
        arrays |= found
    outputs = {
        "sample-evidence.json": json.dumps(layouts, indent=1) + "\n",
        "sample-evidence.safetensors": tensors.encode(arrays),
    }
    packages = {package: version(package) for package in ("torch", "transformers")}
    make.write(outputs, "python3 sample_evidence.py", packages)


if __name__ == "__main__":
    main()
