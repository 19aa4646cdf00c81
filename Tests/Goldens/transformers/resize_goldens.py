"""resize.json: what the processor resizes pictures to, in numbers and in pixels."""
import json

import numpy as np
from PIL import Image
from safetensors.torch import save_file
from transformers import Qwen2VLImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import smart_resize

MIN, MAX = 3136, 12544
# (height, width, min_pixels, max_pixels)
PICTURES = [
    (1, 1, MIN, MAX), (7, 10, MIN, MAX), (28, 28, MIN, MAX), (97, 103, MIN, MAX), (121, 67, MIN, MAX),
    (3, 290, MIN, MAX), (300, 4, MIN, MAX), (42, 70, 784, MAX), (70, 98, MIN, MAX), (150, 200, MIN, MAX),
    (77, 301, MIN, MAX), (84, 112, MIN, MAX), (260, 240, 784, MIN), (160, 90, MIN, 784 * 9), (1, 199, MIN, MAX),
    (57, 55, 784 * 8, MAX)]
PIXEL_VALUES = (42, 70)
SIZES, SIZES_SEED = 400, 17


def drawing(height, width, rng):
    """A gradient with hard-edged shapes on the left and noise on the right: both show a wrong filter."""
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([255 * x / max(1, width - 1), 255 * y / max(1, height - 1), 128 + 0 * x], -1)
    image[(x // 5 + y // 7) % 3 == 0] = (250, 20, 60)
    image[np.hypot(x - width / 3, y - height / 2) < min(height, width) / 3] = (0, 255, 10)
    noisy = x > width * 0.7
    image[noisy] = rng.integers(0, 256, (int(noisy.sum()), 3))
    return Image.fromarray(image.round().astype(np.uint8))


def from_patches(values, grid):
    """The picture [height, width, 3] behind the processor's patches, which are (h/2, w/2, 2, 2) blocks of (3, 2, 14, 14)."""
    _, rows, columns = grid
    patches = values.reshape(rows // 2, columns // 2, 2, 2, 3, 2, 14, 14)[:, :, :, :, :, 0]
    return patches.transpose(0, 2, 5, 1, 3, 6, 4).reshape(rows * 14, columns * 14, 3)


def make(folder):
    (folder / "resize").mkdir(exist_ok=True)
    rng = np.random.default_rng(5)
    rows = []
    for height, width, fewest, most in PICTURES:
        picture, stem = drawing(height, width, rng), f"{width}x{height}"
        picture.save(folder / "resize" / f"{stem}.png", optimize=True)
        processor = Qwen2VLImageProcessorPil(min_pixels=fewest, max_pixels=most)
        plain = processor(images=[picture], do_rescale=False, do_normalize=False, return_tensors="np")
        grid = plain["image_grid_thw"][0].tolist()
        resized = from_patches(plain["pixel_values"], grid)
        expected = picture.resize((grid[2] * 14, grid[1] * 14), Image.Resampling.BICUBIC)
        assert (resized == np.asarray(expected)).all(), "the processor no longer resizes with Pillow's bicubic filter"
        expected.save(folder / "resize" / f"{stem}-resized.png", optimize=True)
        rows.append({"file": f"resize/{stem}.png", "height": height, "width": width, "min_pixels": fewest,
                     "max_pixels": most, "resized": [grid[1] * 14, grid[2] * 14], "grid_thw": grid,
                     "resized_file": f"resize/{stem}-resized.png"})
        if (height, width) == PIXEL_VALUES:
            values = processor(images=[picture], return_tensors="pt")["pixel_values"]
            save_file({"pixel_values": values.contiguous()}, folder / "resize" / f"{stem}.safetensors")
            rows[-1]["pixel_values"] = f"resize/{stem}.safetensors"
    text = ",\n".join(json.dumps(row) for row in rows)
    (folder / "resize.json").write_text(f'{{"pictures":[\n{text}\n],\n"sizes":{json.dumps(sizes())}}}\n')


def sizes():
    """[height, width, min_pixels, max_pixels, resized height, resized width]; null when the aspect is refused."""
    rng = np.random.default_rng(SIZES_SEED)
    cases = [(1, 200, MIN, MAX), (1, 201, MIN, MAX), (402, 2, MIN, MAX), (14, 14, 784, MAX), (42, 42, 784, MAX),
             (70, 70, 784, MAX), (98, 126, 784, MAX), (4000, 3000, 3136, 12845056), (9000, 7000, 3136, 12845056),
             (784, 672, 3136, 401408)]
    while len(cases) < SIZES:
        height, width = (int(2 ** rng.uniform(0, 12)) for _ in range(2))
        if rng.random() < .3:                       # halves of a cell, where rounding to even matters
            height, width = (max(1, side // 14) * 14 for side in (height, width))
        fewest = int(rng.choice([784, 3136, 50176]))
        cases.append((height, width, fewest, int(rng.choice([12544, 100352, 401408, 12845056])) if fewest < 12544
                      else 12845056))
    made = []
    for height, width, fewest, most in cases:
        try:
            resized = [int(side) for side in smart_resize(height, width, 28, fewest, most)]
        except ValueError:
            resized = [None, None]
        made.append([height, width, fewest, most, *resized])
    return made
