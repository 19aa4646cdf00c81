"""The reference: Hugging Face transformers on the sample model, float32, eager attention, one thread."""
import pathlib
from dataclasses import dataclass

import torch
from PIL import Image, ImageOps
from transformers import (AutoImageProcessor, AutoTokenizer, PreTrainedTokenizerFast,
                          Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor)

ROOT = pathlib.Path(__file__).resolve().parents[3]
CHECKPOINT = ROOT / "samples" / "tiny-vl"


def open_picture(path):
    """A file as RGB, as qwen-vl-utils reads it, after applying the EXIF orientation.

    qwen-vl-utils leaves the orientation alone; people expect a photograph to be upright.
    Transparency is put on white, which qwen-vl-utils does for mode RGBA alone.
    """
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, (255, 255, 255))
        white.paste(picture, mask=picture.split()[3])
        return white
    return picture.convert("RGB")


@dataclass
class Greedy:
    token_ids: list
    min_margin: float           # smallest gap between the two largest logits over all steps
    min_answer_margin: float    # the same over the steps up to the first EOS
    answer: str                 # text up to the first EOS, or of all steps


class ImageTextProcessor(Qwen2_5_VLProcessor):
    """The processor without its video part, which needs torchvision. With torchvision installed the image
    processor would also become the tensor one, whose resizing differs from Pillow's."""

    def check_argument_for_proper_class(self, argument_name, argument):
        if argument_name != "video_processor":
            super().check_argument_for_proper_class(argument_name, argument)


class Reference:
    def __init__(self):
        torch.set_num_threads(1)
        torch.manual_seed(0)
        tokenizer = AutoTokenizer.from_pretrained(CHECKPOINT)
        self.processor = ImageTextProcessor(AutoImageProcessor.from_pretrained(CHECKPOINT), tokenizer,
                                            chat_template=tokenizer.chat_template)
        self.model = Qwen2_5_VLForConditionalGeneration.from_pretrained(
            CHECKPOINT, dtype=torch.float32, attn_implementation="eager").eval()
        # The file itself: transformers' own Qwen2 class rebuilds the pre-tokenizer in code.
        self.tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(CHECKPOINT / "tokenizer.json"))
        ids = self.model.generation_config.eos_token_id
        self.eos = ids if isinstance(ids, list) else [ids]

    def prompt_text(self, messages, picture_labels=None):
        """`picture_labels` is the template's add_vision_id; None leaves it to the template."""
        options = {} if picture_labels is None else {"add_vision_id": picture_labels}
        return self.processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **options)

    def inputs(self, messages, folder, picture_labels=None):
        """Model inputs; image paths are relative to `folder`."""
        paths = [item["image"] for message in messages if not isinstance(message["content"], str)
                 for item in message["content"] if item["type"] == "image"]
        pictures = [open_picture(pathlib.Path(folder) / path) for path in paths]
        return self.processor(text=[self.prompt_text(messages, picture_labels)], images=pictures or None, return_tensors="pt")

    def positions(self, inputs):
        """RoPE positions [3, N] and the delta from sequence index to position of generated tokens."""
        positions, delta = self.model.model.get_rope_index(
            inputs["input_ids"], mm_token_type_ids=inputs["mm_token_type_ids"],
            image_grid_thw=inputs.get("image_grid_thw"), attention_mask=inputs["attention_mask"])
        return positions[:, 0], int(delta.reshape(-1)[0])

    @torch.no_grad()
    def forward(self, inputs, **options):
        positions, _ = self.positions(inputs)
        return self.model(**inputs, position_ids=positions[:, None], **options)

    @torch.no_grad()
    def greedy(self, inputs, steps):
        """Arg-max decoding with the full cache that does not stop at EOS."""
        length = inputs["input_ids"].shape[1]
        _, delta = self.positions(inputs)
        output = self.forward(inputs, use_cache=True)
        ids, margins = [], []
        for step in range(steps):
            best = output.logits[0, -1].topk(2)
            margins.append(float(best.values[0] - best.values[1]))
            ids.append(int(best.indices[0]))
            if step + 1 < steps:
                output = self.model(input_ids=torch.tensor([[ids[-1]]]), past_key_values=output.past_key_values,
                                    position_ids=torch.full((3, 1, 1), length + step + delta), use_cache=True)
        end = next((i for i, token in enumerate(ids) if token in self.eos), steps)
        answer = self.tokenizer.decode(ids[:end], skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return Greedy(ids, min(margins), min(margins[:end + 1]), answer)
