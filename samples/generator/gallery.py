"""Writes samples/pictures and samples/tiny-vl/kvscope.json: prompts that show something worth seeing.

  python gallery.py SAMPLES_FOLDER [--seed SEED]

The answers written are the true ones. The seed is one for which the model gives every one of them, which
Tests/Goldens/transformers checks.
"""
import argparse
import json
import pathlib

import numpy as np
from PIL import Image

from drawing import DOCUMENT, SCENE, render
from generate import save_picture, user_message
from questions import Generator

SEED = 26
SCHEMA = "kvscope.sample/1"
SETTINGS = {"method": "hybridkv", "budget": 0.2, "set": {"theta": "q:0.25"}}


class Album:
    """Pictures on disk and the cells they show."""

    def __init__(self, folder, seed):
        self.folder, self.generator, self.shown = folder, Generator(seed), {}

    def add(self, name, cells, kind, **options):
        rng = self.generator.rng
        if name.endswith(".png"):
            save_picture(self.folder / name, cells, kind, rng)
        else:
            Image.fromarray(render(cells, kind, rng)).save(self.folder / name, **options)
        self.shown[name] = (cells, kind)

    def ask(self, task, names, wanted=lambda question, answer: True):
        """The first question of this kind that is wanted."""
        cells = np.stack([self.shown[name][0] for name in names])
        kinds = np.array([self.shown[name][1] for name in names])
        for _ in range(500):
            found = self.generator.ask(task, cells, kinds)
            if found and wanted(*found):
                return found
        raise LookupError(f"no such {task} question; try another seed")


def draw_album(folder, seed):
    album = Album(folder, seed)
    generator = album.generator
    for i in range(6):
        album.add(f"scene-{i + 1}.png", generator.scene(6, 6, 5 if i != 1 else 7, 7), SCENE)
    # Two pages that share key letters, so that a question has to name its page.
    keys = generator.rng.permutation(26)[:7]
    for i in range(2):
        album.add(f"page-{i + 1}.png", generator.document(6, 6, generator.rng.permutation(keys)[:6]), DOCUMENT)
    album.add("single.png", generator.scene(6, 6, 8, 8), SCENE)
    album.add("wide.png", generator.scene(4, 8, 6, 6), SCENE)
    album.add("photo.jpg", generator.scene(6, 6, 7, 7), SCENE, quality=90)
    album.add("photo.webp", generator.scene(6, 6, 6, 6), SCENE, quality=90)
    return album


def prompts(album):
    scenes = [f"scene-{i + 1}.png" for i in range(6)]
    mixed = scenes[:2] + ["page-1.png"] + scenes[2:5] + ["page-2.png"] + scenes[5:]
    made = []

    def add(name, title, names, *turns):
        messages = [user_message([f"../pictures/{n}" for n in names], turns[0][0])]
        for (_, before), (question, _) in zip(turns, turns[1:]):
            messages.append({"role": "assistant", "content": [{"type": "text", "text": before}]})
            messages.append({"role": "user", "content": [{"type": "text", "text": question}]})
        made.append({"name": name, "title": title, "messages": messages, "answer": turns[-1][1]})

    add("caption-6", "Name the seven objects of one picture out of six, in reading order.",
        scenes, album.ask("caption", scenes, lambda q, a: "picture 2" in q))
    add("needle-8", "Find the one picture of eight that has an object.",
        mixed, album.ask("needle", mixed, lambda q, a: a not in ("Picture 1", "Picture 8")))
    add("docqa-8", "Read a value from one of two pages that share their keys, among six scenes.",
        mixed, album.ask("docqa", mixed, lambda q, a: "in picture 7" in q))
    add("at-6", "Look up one cell by row and column in one picture out of six.",
        scenes, album.ask("at", scenes, lambda q, a: a != "nothing" and "picture 5" in q))
    add("caption-1", "Name the eight objects of a single picture.", ["single.png"], album.ask("caption", ["single.png"]))
    add("color-6", "Name the colour of a shape that other pictures show in other colours.",
        scenes, album.ask("color", scenes, lambda q, a: "picture 4" in q))
    turns = [album.ask("at", mixed[:4], lambda q, a: a != "nothing" and "picture 1" in q),
             album.ask("docqa", mixed[:4]),
             album.ask("shape", mixed[:4], lambda q, a: "picture 2" in q),
             album.ask("caption", mixed[:4], lambda q, a: "picture 4" in q)]
    add("conversation-4", "The fourth turn of a conversation over four pictures.", mixed[:4], *turns)
    add("jpeg-1", "Name the seven objects of a noisy JPEG picture.", ["photo.jpg"], album.ask("caption", ["photo.jpg"]))
    formats = ["scene-1.png", "photo.jpg", "photo.webp", "scene-3.png"]
    add("formats-4", "Describe the WebP picture among PNG and JPEG ones.",
        formats, album.ask("caption", formats, lambda q, a: "picture 3" in q))
    add("wide-1", "A picture of 4 x 8 cells: rows and columns differ.", ["wide.png"], album.ask("caption", ["wide.png"]))
    return made


def write(samples, seed):
    (samples / "pictures").mkdir(parents=True, exist_ok=True)
    (samples / "tiny-vl").mkdir(parents=True, exist_ok=True)
    album = draw_album(samples / "pictures", seed)
    made = prompts(album)
    content = {"schema": SCHEMA, "settings": SETTINGS, "prompts": made}
    (samples / "tiny-vl" / "kvscope.json").write_text(json.dumps(content, indent=1) + "\n")
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    print(f"{len(write(options.samples, options.seed))} prompts")


if __name__ == "__main__":
    main()
