"""Pictures that the samples do not have: odd sizes, other pixel formats, very small and large ones."""
import sys

import numpy as np
from PIL import Image

from reference import ROOT

sys.path.insert(0, str(ROOT / "samples" / "generator"))
from drawing import SCENE, render  # noqa: E402
from questions import Generator  # noqa: E402

SEED = 9_000_001


def write(folder):
    folder.mkdir(exist_ok=True)
    generator = Generator(SEED)
    rng = generator.rng

    def scene(rows, columns, objects):
        return Image.fromarray(render(generator.scene(rows, columns, objects, objects), SCENE, rng, noise=0.0))

    def save(picture, name, **options):
        if name.endswith(".png") and picture.mode == "RGB":
            picture, options = picture.quantize(128), {"optimize": True}
        picture.save(folder / name, **options)

    save(scene(2, 3, 2), "cells-2x3.png")
    save(scene(3, 4, 4), "cells-3x4.png")
    save(scene(4, 2, 3), "cells-4x2.png")
    for i in range(8):
        save(scene(5, 5, 3 + i % 4), f"five-{i + 1}.png")
    # Not multiples of 28, so that they are resampled.
    save(scene(4, 6, 5).resize((163, 105), Image.Resampling.BICUBIC), "odd-163x105.png")
    save(scene(7, 3, 5).resize((90, 203), Image.Resampling.BICUBIC), "odd-90x203.png")
    save(scene(1, 9, 4).resize((311, 29), Image.Resampling.BICUBIC), "odd-311x29.png")
    save(scene(1, 1, 1).resize((11, 9), Image.Resampling.BICUBIC), "tiny-11x9.png")
    save(scene(28, 24, 24), "large-672x784.png")
    save(scene(5, 5, 5).convert("L"), "grey.png", optimize=True)

    transparent = scene(5, 6, 6).convert("RGBA")
    fade = np.linspace(0, 255, transparent.width).round().astype(np.uint8)
    transparent.putalpha(Image.fromarray(np.tile(fade, (transparent.height, 1))))
    save(transparent, "fading.png", optimize=True)
    save(transparent.resize((150, 130), Image.Resampling.BICUBIC), "fading-150x130.webp", lossless=True)

    save(scene(5, 5, 5), "lossy.webp", quality=80)
    # Stored lying on its side: orientation 6 says "turn by 90 degrees clockwise to show".
    exif = Image.Exif()
    exif[0x0112] = 6
    save(scene(6, 4, 5).transpose(Image.Transpose.ROTATE_90), "sideways.jpg", quality=90, exif=exif)
    save(scene(5, 5, 5).resize((149, 137), Image.Resampling.BICUBIC), "odd-149x137.jpg", quality=75)
    save(scene(5, 5, 5).convert("L"), "grey.jpg", quality=90)
