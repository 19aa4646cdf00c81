"""A second checkpoint in everything that the sample is not: python random_model.py

Random weights in bf16, in shards with an index, untied embeddings, seven query heads on one KV head, the nested config.json that
transformers writes today, odd widths, a vision tower with two full-attention blocks. Nothing is learned; only equality counts.
"""
import json
import pathlib
import shutil

import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from reference import CHECKPOINT, ROOT, Reference

FOLDER = pathlib.Path(__file__).resolve().parent
MODEL = FOLDER / "random-vl"
STEPS = 48
SMALLEST_MARGIN = 1e-3
PICTURES = ["vision-narrow.png", "odd-163x105.png", "vision-exact.png"]


def config():
    return Qwen2_5_VLConfig(
        text_config=dict(
            vocab_size=512, hidden_size=112, intermediate_size=86, num_hidden_layers=2, num_attention_heads=7,
            num_key_value_heads=1, max_position_embeddings=2048, rms_norm_eps=1e-5, initializer_range=0.35,
            rope_scaling={"type": "mrope", "rope_type": "default", "mrope_section": [1, 3, 4]}, rope_theta=1e5,
            bos_token_id=485, eos_token_id=487, tie_word_embeddings=False),
        vision_config=dict(
            depth=3, hidden_size=40, intermediate_size=54, num_heads=2, in_channels=3, patch_size=14,
            spatial_merge_size=2, temporal_patch_size=2, window_size=112, out_hidden_size=112,
            fullatt_block_indexes=[0, 2], hidden_act="silu", tokens_per_second=2, initializer_range=0.2),
        image_token_id=497, video_token_id=498, vision_start_token_id=494, vision_end_token_id=495,
        tie_word_embeddings=False)


def save():
    torch.manual_seed(20)
    model = Qwen2_5_VLForConditionalGeneration(config()).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.1)
    shutil.rmtree(MODEL, ignore_errors=True)
    model.to(torch.bfloat16).save_pretrained(MODEL, max_shard_size="300KB")
    for name in ["tokenizer.json", "tokenizer_config.json", "preprocessor_config.json", "generation_config.json", "chat_template.json"]:
        shutil.copy(CHECKPOINT / name, MODEL / name)


def message(pictures, text):
    images = [{"type": "image", "image": f"Tests/Goldens/transformers/pictures/{name}"} for name in pictures]
    return [{"role": "user", "content": images + [{"type": "text", "text": text}]}]


def main():
    save()
    reference = Reference()
    reference.model = Qwen2_5_VLForConditionalGeneration.from_pretrained(
        MODEL, dtype=torch.float32, attn_implementation="eager").eval()
    prompts = []
    for pictures, text in [([], "what is this?"), (PICTURES[:1], "Describe it."), (PICTURES, "And these three, please?"),
                           (PICTURES[2:], "a b c"), ([], "1 + 1 ="), (PICTURES[1:], "one two")]:
        messages = message(pictures, text)
        inputs = reference.inputs(messages, ROOT)
        greedy = reference.greedy(inputs, STEPS)
        print(text, len(inputs["input_ids"][0]), greedy.min_margin)
        if greedy.min_margin < SMALLEST_MARGIN:
            continue
        logits = reference.forward(inputs).logits[0, -1]
        prompts.append({"messages": messages, "token_ids": inputs["input_ids"][0].tolist(), "greedy": greedy.token_ids,
                        "min_margin": greedy.min_margin, "logits": [round(value, 5) for value in logits.tolist()]})
    (FOLDER / "random-vl.json").write_text(json.dumps({"prompts": prompts}) + "\n")


if __name__ == "__main__":
    main()
