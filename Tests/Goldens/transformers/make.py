"""Makes every file of this folder but the scripts and the README: python make.py"""
import hashlib
import json
import pathlib
import platform
from importlib.metadata import version

import transformers

import prompt_goldens
import random_model
import resize_goldens
import tensor_goldens
import test_pictures
import token_goldens
from reference import CHECKPOINT, Reference

FOLDER = pathlib.Path(__file__).resolve().parent
PACKAGES = ["torch", "transformers", "tokenizers", "safetensors", "numpy", "pillow", "jinja2"]
SCRIPTS = {".py", ".md", ".txt"}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main():
    transformers.logging.set_verbosity_error()
    reference = Reference()
    pictures = FOLDER / "pictures"
    test_pictures.write(pictures)
    made, dropped = prompt_goldens.make(reference, FOLDER)
    print(f"{len(made)} prompts, {len(dropped)} dropped")
    prompts = {prompt["name"]: prompt for prompt in made}
    tensor_goldens.make_logits(reference, prompts, FOLDER)
    tensor_goldens.make_vision(reference, pictures, FOLDER)
    tensor_goldens.make_evidence(reference, prompts, FOLDER)
    resize_goldens.make(FOLDER)
    random_model.main()
    tokens = token_goldens.make(reference, FOLDER)
    outputs = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix not in SCRIPTS
                     and path.name != "provenance.json" and "__pycache__" not in path.parts)
    provenance = {
        "command": "python make.py",
        "python": platform.python_version(), "machine": platform.machine(),
        "packages": {name: version(name) for name in PACKAGES},
        "arithmetic": "float32, eager attention, one thread",
        "classes": {"model": type(reference.model).__name__,
                    "processor": type(reference.processor).__mro__[1].__name__,
                    "image_processor": type(reference.processor.image_processor).__name__,
                    "chat_tokenizer": type(reference.processor.tokenizer).__name__,
                    "token_goldens_tokenizer": type(reference.tokenizer).__name__},
        "dropped_prompts": {"because": f"two logits closer than {prompt_goldens.SMALLEST_MARGIN} at some greedy step",
                            "prompts": dropped},
        "tokens": tokens,
        "checkpoint": {path.name: sha256(path) for path in sorted(CHECKPOINT.iterdir())
                       if path.suffix != ".md" and path.name != "kvscope.json"},
        "outputs": {str(path.relative_to(FOLDER)): sha256(path) for path in outputs},
    }
    (FOLDER / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n")
    print(f"{len(outputs)} files, {sum(path.stat().st_size for path in outputs) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
