"""Writes pictures with questions, as a messages file or as the whole benchmark.

  python generate.py messages  FOLDER --seed 7 --pictures 4 --rows 6 --columns 6 --tasks caption,needle
  python generate.py benchmark FOLDER --per-task 40

`messages` writes picture-1.png ... and messages.json: {"prompts": [{"name", "task", "messages", "answer"}]}
with the messages in Hugging Face's form and image paths relative to the file.
`benchmark` writes images/ and bench.jsonl; with its defaults it makes samples/benchmark again.
The same seed gives the same pictures and questions.
"""
import argparse
import json
import pathlib

from PIL import Image

from drawing import render
from questions import TASKS, Generator

BENCHMARK_SEED = 2_000_000_000


def save_picture(path, cells, kind, rng):
    # 128 colours are enough for a noise-free picture, and a third of the bytes.
    Image.fromarray(render(cells, kind, rng, noise=0.0)).quantize(128).save(path, optimize=True)


def user_message(images, question):
    return {"role": "user", "content": [{"type": "image", "image": image} for image in images]
            + [{"type": "text", "text": question}]}


def write_messages(folder, seed, pictures, rows, columns, tasks, questions_per_task):
    generator = Generator(seed)
    cells, kinds = generator.pictures(pictures, rows, columns,
                                      document_share=.3 if "docqa" in tasks else 0)
    names = [f"picture-{i + 1}.png" for i in range(pictures)]
    for i, name in enumerate(names):
        save_picture(folder / name, cells[i], kinds[i], generator.rng)
    prompts, asked = [], set()
    for task in tasks:
        for _ in range(questions_per_task):
            found = generator.ask(task, cells, kinds)
            if found and found[0] not in asked:
                asked.add(found[0])
                prompts.append({"name": f"{task}-{len(prompts) + 1}", "task": task,
                                "messages": [user_message(names, found[0])], "answer": found[1]})
    (folder / "messages.json").write_text(json.dumps({"prompts": prompts}, indent=1) + "\n")
    print(f"{pictures} pictures, {len(prompts)} questions")


def write_benchmark(folder, per_task):
    (folder / "images").mkdir(exist_ok=True)
    generator = Generator(BENCHMARK_SEED)
    rng = generator.rng
    tasks = ["caption", "color", "shape", "needle", "docqa", "at", "count"]
    items, count, conversations = [], dict.fromkeys(tasks + ["multiturn"], 0), 0

    def add(task, paths, grid, turns):
        items.append({"id": f"{task}-{count[task]:03d}", "task": task, "images": paths, "grid": grid, "turns": turns,
                      "question": turns[-1]["question"], "answer": turns[-1]["answer"]})
        count[task] += 1

    while any(made < per_task for made in count.values()):
        pictures = int(rng.integers(4, 7))
        side = 6 if rng.random() < .5 else 5
        cells, kinds = generator.pictures(pictures, side, side)
        if kinds.sum() == 0 and count["docqa"] < per_task:
            continue
        paths = [f"images/c{conversations:03d}_{i + 1}.png" for i in range(pictures)]
        for i, path in enumerate(paths):
            save_picture(folder / path, cells[i], kinds[i], rng)
        conversations += 1
        asked = set()
        for task in tasks:
            for _ in range(3):
                found = generator.ask(task, cells, kinds)
                if found and found[0] not in asked and count[task] < per_task:
                    asked.add(found[0])
                    add(task, paths, [side, side], [{"question": found[0], "answer": found[1]}])
        if count["multiturn"] < per_task:
            for _ in range(2):
                turns = four_turns(generator, tasks, cells, kinds)
                if len(turns) == 4 and count["multiturn"] < per_task:
                    add("multiturn", paths, [side, side], turns)
    with open(folder / "bench.jsonl", "w") as file:
        file.writelines(json.dumps(item) + "\n" for item in items)
    print(f"{len(items)} items over {conversations} sets of pictures")


def four_turns(generator, tasks, cells, kinds):
    turns, asked = [], set()
    for _ in range(40):
        task = tasks[generator.rng.integers(len(tasks))]
        found = generator.ask(task, cells, kinds)
        one_caption_only = task == "caption" and any(turn["task"] == "caption" for turn in turns)
        if found and found[0] not in asked and not one_caption_only:
            asked.add(found[0])
            turns.append({"task": task, "question": found[0], "answer": found[1]})
        if len(turns) == 4:
            break
    return turns


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    messages = commands.add_parser("messages", help="pictures and a messages file")
    messages.add_argument("folder", type=pathlib.Path)
    messages.add_argument("--seed", type=int, default=1)
    messages.add_argument("--pictures", type=int, default=4)
    messages.add_argument("--rows", type=int, default=6)
    messages.add_argument("--columns", type=int, default=6)
    messages.add_argument("--tasks", default=",".join(TASKS), help="comma-separated: " + ", ".join(TASKS))
    messages.add_argument("--questions-per-task", type=int, default=1)
    benchmark = commands.add_parser("benchmark", help="the benchmark")
    benchmark.add_argument("folder", type=pathlib.Path)
    benchmark.add_argument("--per-task", type=int, default=40)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.command == "messages":
        tasks = options.tasks.split(",")
        if unknown := set(tasks) - set(TASKS):
            parser.error(f"unknown task {sorted(unknown)}; known: {', '.join(TASKS)}")
        if options.pictures < 1 or options.rows < 1 or options.columns < 3:
            parser.error("a document entry takes three columns: at least 1 picture of 1 row and 3 columns")
        write_messages(options.folder, options.seed, options.pictures, options.rows, options.columns,
                       tasks, options.questions_per_task)
    else:
        write_benchmark(options.folder, options.per_task)


if __name__ == "__main__":
    main()
