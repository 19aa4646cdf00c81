"""Draws the sample model's pictures: coloured shapes or document entries on a grid of 28x28 px cells.

One cell is one merged visual token of Qwen2.5-VL (patch 14, merge 2), so what a visual token
shows is exactly what the grid says. Two kinds of picture:

  scene     coloured shapes on a dark background that gets greener to the right and bluer
            downwards by a fixed step per cell, so a cell's place is visible in its pixels
  document  a light page of entries KEY d d (one letter and two digits, three cells)

A picture is an integer array [rows, columns] of cell codes:
  0 empty | 1..64 object: 1 + colour * 8 + shape | 65..90 letter | 91..100 digit
"""
import numpy as np

CELL = 28
COLORS = {"red": (235, 45, 45), "green": (50, 205, 60), "blue": (70, 100, 255),
          "yellow": (250, 225, 45), "purple": (180, 70, 230), "orange": (255, 140, 25),
          "cyan": (60, 225, 230), "white": (245, 245, 245)}
COLOR_NAMES = list(COLORS)
COLOR_RGB = np.array(list(COLORS.values()), np.float32)
SHAPES = ["circle", "square", "triangle", "diamond", "star", "cross", "heart", "ring"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COLOR_COUNT, SHAPE_COUNT = len(COLOR_NAMES), len(SHAPES)
FIRST_OBJECT = 1
FIRST_LETTER = FIRST_OBJECT + COLOR_COUNT * SHAPE_COUNT
FIRST_DIGIT = FIRST_LETTER + 26
CODE_COUNT = FIRST_DIGIT + 10
SCENE, DOCUMENT = 0, 1

# A 5x7 bitmap per character: the character, then seven rows.
_FONT = """A01110 10001 10001 11111 10001 10001 10001
B11110 10001 10001 11110 10001 10001 11110
C01110 10001 10000 10000 10000 10001 01110
D11110 10001 10001 10001 10001 10001 11110
E11111 10000 10000 11110 10000 10000 11111
F11111 10000 10000 11110 10000 10000 10000
G01110 10001 10000 10111 10001 10001 01111
H10001 10001 10001 11111 10001 10001 10001
I01110 00100 00100 00100 00100 00100 01110
J00111 00010 00010 00010 00010 10010 01100
K10001 10010 10100 11000 10100 10010 10001
L10000 10000 10000 10000 10000 10000 11111
M10001 11011 10101 10101 10001 10001 10001
N10001 11001 10101 10011 10001 10001 10001
O01110 10001 10001 10001 10001 10001 01110
P11110 10001 10001 11110 10000 10000 10000
Q01110 10001 10001 10001 10101 10010 01101
R11110 10001 10001 11110 10100 10010 10001
S01111 10000 10000 01110 00001 00001 11110
T11111 00100 00100 00100 00100 00100 00100
U10001 10001 10001 10001 10001 10001 01110
V10001 10001 10001 10001 10001 01010 00100
W10001 10001 10001 10101 10101 11011 10001
X10001 10001 01010 00100 01010 10001 10001
Y10001 10001 01010 00100 00100 00100 00100
Z11111 00001 00010 00100 01000 10000 11111
001110 10001 10011 10101 11001 10001 01110
100100 01100 00100 00100 00100 00100 01110
201110 10001 00001 00110 01000 10000 11111
311110 00001 00001 01110 00001 00001 11110
400010 00110 01010 10010 11111 00010 00010
511111 10000 11110 00001 00001 10001 01110
601110 10000 10000 11110 10001 10001 01110
711111 00001 00010 00100 01000 01000 01000
801110 10001 10001 01110 10001 10001 01110
901110 10001 10001 01111 00001 00001 01110"""


def _shape_mask(shape, radius):
    """Anti-aliased 28x28 coverage mask, drawn 4x supersampled."""
    ss = 4
    ax = (np.arange(CELL * ss) + 0.5) / ss - CELL / 2
    y, x = np.meshgrid(ax, ax, indexing="ij")
    r = np.hypot(x, y)
    if shape == "circle":
        m = r <= radius
    elif shape == "square":
        m = np.maximum(abs(x), abs(y)) <= radius * 0.86
    elif shape == "triangle":
        m = (y <= radius * 0.85) & (y >= -radius) & (abs(x) <= (y + radius) * 0.56)
    elif shape == "diamond":
        m = abs(x) + abs(y) <= radius * 1.1
    elif shape == "star":
        a = np.arctan2(x, -y) % (2 * np.pi / 5)
        a = np.minimum(a, 2 * np.pi / 5 - a)
        # edge of a five-pointed star between tip (a=0) and notch (a=pi/5)
        R, q = radius * 1.08, radius * 0.45
        m = r * (q * np.sin(np.pi / 5) * np.cos(a) + (R - q * np.cos(np.pi / 5)) * np.sin(a)) \
            <= R * q * np.sin(np.pi / 5)
    elif shape == "cross":
        m = (np.maximum(abs(x), abs(y)) <= radius) & (np.minimum(abs(x), abs(y)) <= radius * 0.32)
    elif shape == "heart":
        u, v = x / radius * 1.15, -(y / radius * 1.15) + 0.1
        m = (u * u + v * v - 0.75) ** 3 - 1.5 * u * u * v ** 3 <= 0
    elif shape == "ring":
        m = (r <= radius) & (r >= radius * 0.55)
    return m.reshape(CELL, ss, CELL, ss).mean((1, 3)).astype(np.float32)


def _shift(m, dy, dx):
    return np.roll(np.roll(m, dy, 0), dx, 1)


OFFSETS = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)]
RADII = [9.0, 10.5]
VARIANT_COUNT = len(OFFSETS) * len(RADII)


def _build_atlas():
    """Coverage masks [glyph, variant, 28, 28]: the shapes, then the letters, then the digits."""
    atlas = np.zeros((SHAPE_COUNT + 36, VARIANT_COUNT, CELL, CELL), np.float32)
    for shape, name in enumerate(SHAPES):
        for i, radius in enumerate(RADII):
            for j, offset in enumerate(OFFSETS):
                atlas[shape, i * len(OFFSETS) + j] = _shift(_shape_mask(name, radius), *offset)
    bitmaps = {line[0]: line[1:].split() for line in _FONT.splitlines()}
    for index, character in enumerate(LETTERS + "0123456789"):
        bits = np.array([[int(bit) for bit in row] for row in bitmaps[character]], np.float32)
        mask = np.zeros((CELL, CELL), np.float32)
        mask[3:24, 6:21] = np.kron(bits, np.ones((3, 3), np.float32))
        for variant in range(VARIANT_COUNT):
            atlas[SHAPE_COUNT + index, variant] = _shift(mask, *OFFSETS[variant % len(OFFSETS)])
    return atlas


ATLAS = _build_atlas()
# Fixed noise, read from a random offset on.
_NOISE = np.random.RandomState(1234).randn(1 << 20).astype(np.float32)
_NOISE_SPAN = 1 << 19


def render(cells, kind, rng, noise=None):
    """One picture: cell codes [rows, columns] to RGB uint8 [28 rows, 28 columns, 3].

    `noise` is the amplitude in grey levels; None draws it (a third of the pictures gets none).
    """
    rows, columns = cells.shape
    background = np.zeros((rows, columns, 3), np.float32)
    base = rng.uniform(0, 1, (1, 3)).astype(np.float32)[0]
    if kind == DOCUMENT:
        background[:] = np.array([225, 225, 215], np.float32) + np.array([20, 20, 25], np.float32) * base
    else:
        background[..., 0] = 12 + 50 * base[0]
        background[..., 1] = 14 + 15 * np.arange(columns, dtype=np.float32)[None, :]
        background[..., 2] = 14 + 15 * np.arange(rows, dtype=np.float32)[:, None]
    variant = rng.integers(0, VARIANT_COUNT, cells.shape)
    is_object = (cells >= FIRST_OBJECT) & (cells < FIRST_LETTER)
    glyph = np.where(is_object, (cells - FIRST_OBJECT) % SHAPE_COUNT,
                     np.where(cells >= FIRST_LETTER, cells - FIRST_LETTER + SHAPE_COUNT, 0))
    mask = ATLAS[glyph, variant] * (cells > 0)[..., None, None]
    color = COLOR_RGB[np.clip((cells - FIRST_OBJECT) // SHAPE_COUNT, 0, COLOR_COUNT - 1)]
    ink = np.where(is_object[..., None], color, np.array([25., 25., 35.], np.float32))
    ink = ink + rng.uniform(-12, 12, ink.shape).astype(np.float32)
    image = background[..., None, None] + (ink - background)[..., None, None] * mask[..., None, :, :]
    if noise is None:
        noise = max(0.0, rng.uniform(-2, 4))
    if noise > 0:
        start = int(rng.integers(0, _NOISE_SPAN))
        repeats = -(-image.size // _NOISE_SPAN)
        image += noise * np.tile(_NOISE[start:start + _NOISE_SPAN], repeats)[:image.size].reshape(image.shape)
    image = np.clip(image, 0, 255).transpose(0, 3, 1, 4, 2)
    return image.reshape(rows * CELL, columns * CELL, 3).round().astype(np.uint8)


def object_name(code):
    color, shape = divmod(int(code) - FIRST_OBJECT, SHAPE_COUNT)
    return f"{COLOR_NAMES[color]} {SHAPES[shape]}"
