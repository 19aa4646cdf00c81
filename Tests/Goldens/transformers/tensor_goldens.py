"""Logits of whole prompts, the stages of the vision tower, and the attention of the observation window."""
import json

import torch
from safetensors.torch import save_file

from reference import ROOT, open_picture

LOGITS = ["small", "two-sizes", "text-only"]
# Patch grids: 6 x 10 (edge windows in both directions), 10 x 14 (edge windows and whole ones),
# 16 x 8 (whole windows only, where the reference adds empty ones and drops them again).
VISION = {"narrow": (84, 140), "uneven": (140, 196), "exact": (224, 112)}
EVIDENCE = ["sample-caption-6", "sample-needle-8", "sample-docqa-8", "sample-at-6", "sample-caption-1",
            "sample-conversation-4", "text-only", "text-long"]
WINDOW = 32
NEGLIGIBLE = 0.01


def save(tensors, path):
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)


def make_logits(reference, prompts, folder):
    for name in LOGITS:
        prompt = prompts[name]
        inputs = reference.inputs(prompt["messages"], ROOT, prompt["picture_labels"])
        output = reference.forward(inputs, output_hidden_states=True)
        tensors = {"logits": output.logits[0]}
        tensors |= {f"hidden_{i}": hidden[0, -1] for i, hidden in enumerate(output.hidden_states)}
        save(tensors, folder / f"logits-{name}.safetensors")


@torch.no_grad()
def make_vision(reference, pictures, folder):
    """Blocks see the patches in window order; `window_index` says which merged cell each four rows are."""
    tower, processor = reference.model.model.visual, reference.processor.image_processor
    source = open_picture(pictures / "large-672x784.png")
    for name, (height, width) in VISION.items():
        picture = source.crop((40, 60, 40 + width, 60 + height))      # not aligned with the cells
        picture.save(pictures / f"vision-{name}.png", optimize=True)
        batch = processor(images=[picture], return_tensors="pt")
        stages, hooks = {}, []

        def record(key):
            return lambda module, args, output: stages.__setitem__(
                key, (output[0] if isinstance(output, tuple) else output).clone())

        hooks.append(tower.patch_embed.register_forward_hook(record("patch_embed")))
        hooks += [block.register_forward_hook(record(f"block_{i}")) for i, block in enumerate(tower.blocks)]
        merged = tower(batch["pixel_values"], grid_thw=batch["image_grid_thw"]).pooler_output
        for hook in hooks:
            hook.remove()
        window_index = window_order(tower, batch["image_grid_thw"])
        pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).reshape(height, width, 3)
        tensors = {"pixels": pixels, "grid_thw": batch["image_grid_thw"][0], "window_index": window_index,
                   "merged": merged, **stages}
        if name == "narrow":       # the others would be too large; they are 1/255 and mean/std away from `pixels`
            tensors["pixel_values"] = batch["pixel_values"]
        save(tensors, folder / f"vision-{name}.safetensors")


def window_order(tower, grid):
    from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import get_vision_window_index
    index, _ = get_vision_window_index(grid, spatial_merge_size=tower.spatial_merge_size,
                                       window_size=tower.window_size, patch_size=tower.patch_size)
    return index.to(torch.int64)


def visual_runs(token_ids, image_token):
    runs = []
    for i, token in enumerate(token_ids):
        if token == image_token:
            if runs and sum(runs[-1]) == i:
                runs[-1][1] += 1
            else:
                runs.append([i, 1])
    return runs


def observation_window(count, runs):
    """The last text tokens after the last visual token; without visual tokens the last tokens."""
    first = sum(runs[-1]) if runs else 0
    return list(range(max(first, count - WINDOW), count))


@torch.no_grad()
def make_evidence(reference, prompts, folder):
    config = reference.model.config.text_config
    entries = []
    for name in EVIDENCE:
        prompt = prompts[name]
        inputs = reference.inputs(prompt["messages"], ROOT, prompt["picture_labels"])
        ids = inputs["input_ids"][0].tolist()
        attentions = reference.forward(inputs, output_attentions=True).attentions
        runs = visual_runs(ids, reference.model.config.image_token_id)
        window = observation_window(len(ids), runs)
        rows = torch.stack([layer[0][:, window] for layer in attentions]).double()      # [layers, heads, window, N]
        negligible = torch.zeros(rows.shape[:2], dtype=torch.float64)
        for i, index in enumerate(window):
            causal = rows[:, :, i, :index + 1]
            below = causal < NEGLIGIBLE * causal.max(-1, keepdim=True).values
            negligible += below.double().mean(-1) / len(window)
        save({"attention": rows.mean(2).float(), "window": torch.tensor(window), "filter": negligible,
              "visual": torch.tensor(runs, dtype=torch.int64).reshape(-1, 2)}, folder / f"evidence-{name}.safetensors")
        entries.append({"name": name, "tokens": len(ids), "layers": config.num_hidden_layers,
                        "query_heads": config.num_attention_heads, "kv_heads": config.num_key_value_heads,
                        "token_ids": ids})
    rows = ",\n".join(json.dumps(entry) for entry in entries)
    (folder / "evidence.json").write_text(f'{{"prompts":[\n{rows}\n]}}\n')
