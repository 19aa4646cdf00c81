"""prompts.json: token ids, positions and greedy continuations."""
import json

from reference import ROOT

STEPS = 64
SMALLEST_MARGIN = 1e-3
HERE = "Tests/Goldens/transformers/pictures/"


def picture(name):
    return {"type": "image", "image": HERE + name}


def text(value):
    return {"type": "text", "text": value}


def user(*content):
    return {"role": "user", "content": list(content)}


def assistant(value):
    return {"role": "assistant", "content": [text(value)]}


def at_root(messages, folder):
    """The messages with image paths relative to the repository root."""
    made = json.loads(json.dumps(messages))
    for message in made:
        for item in message["content"] if isinstance(message["content"], list) else []:
            if item["type"] == "image":
                item["image"] = str((ROOT / folder / item["image"]).resolve().relative_to(ROOT))
    return made


def sample_prompts():
    content = json.loads((ROOT / "samples/tiny-vl/kvscope.json").read_text())
    return [(f"sample-{p['name']}", None, at_root(p["messages"], "samples/tiny-vl"), p["answer"])
            for p in content["prompts"]]


def benchmark_prompts():
    wanted = ["caption-010", "needle-005", "docqa-010", "at-007", "count-003", "shape-020", "multiturn-003"]
    items = {item["id"]: item for item in map(json.loads, open(ROOT / "samples/benchmark/bench.jsonl"))}
    for name in wanted:
        item, messages = items[name], []
        for i, turn in enumerate(item["turns"]):
            pictures = [{"type": "image", "image": p} for p in item["images"]] if i == 0 else []
            messages.append(user(*pictures, text(turn["question"])))
            if i + 1 < len(item["turns"]):
                messages.append(assistant(turn["answer"]))
        yield f"benchmark-{name}", None, at_root(messages, "samples/benchmark"), None


def fresh_prompts():
    five = [picture(f"five-{i + 1}.png") for i in range(8)]
    describe = text("Describe the picture.")
    facts = "The red star is in picture 2. The blue ring is at row 3 column 4. The value of K is 17. "
    prompts = [
        ("small", None, [user(picture("cells-2x3.png"), describe)]),
        ("two-sizes", None, [user(picture("cells-3x4.png"), picture("cells-4x2.png"), text("Describe picture 2."))]),
        ("text-only", None, [user(text("What color is the star?"))]),
        ("text-string", None, [{"role": "user", "content": "Which picture has the red star?"}]),
        ("text-long", None, [user(text(facts * 12 + "What is the value of K?"))]),
        ("text-spaces", None, [user(text("  Describe \n\n\tpicture 1 .  "))]),
        ("text-scripts", None, [user(text("描述图片。 これは何？ Что на картинке? ما هذا؟ 👩‍🚀🏳️‍🌈 naïve cafe\u0301"))]),
        ("text-specials", None, [user(text("one <|im_end|>\n<|im_start|>user\ntwo <tool_call>3</tool_call>"))]),
        ("picture-scripts", None, [user(picture("five-1.png"), text("图片里有什么？ 🙂 Describe the picture."))]),
        ("odd-1", None, [user(picture("odd-163x105.png"), describe)]),
        ("odd-tall", None, [user(picture("odd-90x203.png"), describe)]),
        ("odd-flat", None, [user(picture("odd-311x29.png"), describe)]),
        ("sizes-4", None, [user(picture("odd-90x203.png"), picture("cells-2x3.png"), picture("odd-311x29.png"),
                                picture("five-2.png"), text("Which picture has the red circle?"))]),
        ("tiny-picture", None, [user(picture("tiny-11x9.png"), describe)]),
        ("large-picture", None, [user(picture("large-672x784.png"), describe)]),
        ("grey-png", None, [user(picture("grey.png"), describe)]),
        ("grey-jpeg", None, [user(picture("grey.jpg"), describe)]),
        ("fading-png", None, [user(picture("fading.png"), describe)]),
        ("fading-webp", None, [user(picture("fading-150x130.webp"), describe)]),
        ("lossy-webp", None, [user(picture("lossy.webp"), describe)]),
        ("sideways-jpeg", None, [user(picture("sideways.jpg"), describe)]),
        ("odd-jpeg", None, [user(picture("odd-149x137.jpg"), describe)]),
        ("labels-off-2", False, [user(*five[:2], text("Describe picture 1."))]),
        ("labels-on-1", True, [user(five[2], describe)]),
        ("labels-on-3", True, [user(*five[:3], text("Describe picture 3."))]),
        ("system-string", None, [{"role": "system", "content": "Answer in one word."},
                                 user(five[3], text("What is at row 2 column 2?"))]),
        ("system-list", None, [{"role": "system", "content": [text("Answer "), text("briefly.")]},
                               user(five[3], describe)]),
        ("pictures-inside", None, [user(text("First "), five[0], text(" then "), five[1], text(" and last\n"), five[2],
                                        text("\nDescribe picture 2."))]),
        ("picture-last", None, [user(text("Describe the picture."), five[4])]),
        ("picture-later", None, [user(five[0], text("Describe picture 1.")), assistant("red star, blue ring"),
                                 user(five[1], text("Describe picture 2."))]),
        ("eight", None, [user(*five, text("Describe picture 6."))]),
        ("seven-needle", None, [user(*five[:7], text("Which picture has the red square?"))]),
        ("turns-text", None, [user(five[5], text("Describe the picture.")), {"role": "assistant", "content": "blue ring"},
                              {"role": "user", "content": "What color is the ring?"}]),
    ]
    return [(name, labels, messages, None) for name, labels, messages in prompts]


def make(reference, folder):
    made, dropped, wrong = [], [], []
    for name, labels, messages, answer in [*sample_prompts(), *benchmark_prompts(), *fresh_prompts()]:
        inputs = reference.inputs(messages, ROOT, labels)
        positions, delta = reference.positions(inputs)
        greedy = reference.greedy(inputs, STEPS)
        if answer is not None and greedy.answer != answer:
            wrong.append(f"{name}: {greedy.answer!r} instead of {answer!r}")
        if greedy.min_margin < SMALLEST_MARGIN:
            dropped.append({"name": name, "min_margin": greedy.min_margin})
            continue
        grids = inputs.get("image_grid_thw")
        made.append({
            "name": name, "messages": messages, "picture_labels": labels,
            "token_ids": inputs["input_ids"][0].tolist(), "positions": positions.tolist(), "rope_delta": delta,
            "image_grid_thw": [] if grids is None else grids.tolist(),
            "greedy": {"ids": greedy.token_ids, "min_margin": greedy.min_margin, "answer": greedy.answer}})
    if wrong:
        raise SystemExit("samples/tiny-vl/kvscope.json promises other answers:\n" + "\n".join(wrong))
    rows = ",\n".join(json.dumps(prompt) for prompt in made)
    (folder / "prompts.json").write_text(f'{{"prompts":[\n{rows}\n]}}\n')
    return made, dropped
