"""Checks of this reading of the specification against section 8, worked examples and slower second ways.

    python3 check.py    prints the number of checks; stops at the first that fails
"""

import hashlib
import json
import tempfile
from dataclasses import replace
from math import ceil, floor
from pathlib import Path

import numpy as np

import make
import tensors
from budgets import allocate, chunk_size, proportional, whole_rows
from cases import drawn_case
from evidence import all_evidence
from plan import Parameters, plan, prompt_of
from pruning import Prompt, pooled, static_rows
from ranking import Margins, largest
from retrieval import chunk_scores, forced_chunks, initial_chunks, pick_chunks, representatives
from scores import group_attention, score, static_heads, threshold

HERE = Path(__file__).resolve().parent
done = 0


def expect(condition, *context):
    """Counts a check and stops at a failure."""
    global done
    done += 1
    if not condition:
        raise AssertionError(context)


def expect_plan(parts, rho, parameters, context):
    """The invariants of 2.2 and of the kept rows, for any plan."""
    result = plan(parts, rho, parameters)
    prompt = prompt_of(parts)
    tokens, chunk, heads = prompt.tokens, result.chunk, result.heads
    budgets = [head.budget for head in heads]
    expect(result.total == max(1, floor(rho * tokens)) * len(heads), context)
    expect(sum(budgets) + result.unused == result.total and result.unused >= 0, context)
    expect(1 <= chunk <= tokens, context)
    expect(all(1 <= b <= tokens for b in budgets), context)
    statics = [head for head in heads if head.is_static]
    dynamics = [head for head in heads if not head.is_static]
    full = statics and all(head.budget == tokens for head in statics)
    if not full and result.uniform <= tokens:
        expect(result.unused < max(1, len(heads) * chunk), context)
    if statics and not full:
        expect(result.unused == 0, context)
    for head in heads:
        expect(head.kept == sorted(set(head.kept)), context)
        expect(all(0 <= j < tokens for j in head.kept) and head.kept, context)
        expect(-1e-6 <= head.score <= 1 + 1e-6, context)
        expect(len(head.votes) == parts["query_heads"] // parts["kv_heads"], context)
    for head in dynamics:
        expect(head.budget == result.selected * chunk, context)
        expect(len(head.kept) == head.budget + tokens % chunk, context)
        if parameters.forced != "none":
            expect(set(range(chunk)) <= set(head.kept), context)
    least = min(result.uniform, len(prompt.window))
    for head in statics:
        expect(head.budget >= least, context)
        soft = parameters.text_share >= 1 or parameters.text_cap == "soft"
        expect(len(head.kept) == head.budget if soft else len(head.kept) <= head.budget, context)
        if len(prompt.window) <= head.budget < tokens:
            expect(set(prompt.window) <= set(head.kept), context)
            text = len(set(head.kept) & set(prompt.prior_text))
            if parameters.text_cap == "hard":
                limit = max(len(prompt.window), floor(parameters.text_share * head.budget))
                expect(text <= limit, context)
            if parameters.text_share >= 1:
                expect(text == min(len(prompt.prior_text), head.budget), context)
    return result


def check_random_plans(evidence):
    """Invariants on random settings over every evidence, and section 8, points 1 to 4."""
    rng = np.random.default_rng(7)
    names = sorted(evidence)
    for _ in range(1500):
        case = drawn_case(rng, names)
        cap = ("hard", "soft")[rng.integers(2)]
        expect_plan(evidence[case.evidence], case.rho, replace(case.parameters, text_cap=cap), case)
    for name, parts in evidence.items():
        everything = list(range(parts["tokens"]))
        for theta in ("q:0", "q:0.3", "q:0.6", "q:1"):
            for level1 in ("perHeadDiscount", "fixedShare", "ratio"):
                full = expect_plan(parts, 1.0, Parameters(theta=theta, level1=level1), name)
                expect(all(head.kept == everything for head in full.heads), name, theta, level1)
            near = expect_plan(parts, 0.4, Parameters(theta=theta, r=1.0, weights="uniform"), name)
            statics = [head.budget for head in near.heads if head.is_static]
            dynamics = [head.budget for head in near.heads if not head.is_static]
            if statics and dynamics:
                excess = len(dynamics) * (near.chunk - 1) / len(statics) + 1
                expect(all(0 <= b - near.uniform <= excess for b in statics), name, theta)
                expect(0 <= near.uniform - dynamics[0] < near.chunk, name, theta)
        for theta, static in ((0.0, True), (-2.0, True), ("q:1", True), (1.1, False), ("q:0", False)):
            heads = expect_plan(parts, 0.3, Parameters(theta=theta), name).heads
            expect(all(head.is_static == static for head in heads), name, theta)


def check_budget_arithmetic():
    """Proportional shares against a search for the water level; rounding; worked numbers."""
    rng = np.random.default_rng(8)
    for _ in range(500):
        count, least, most = int(rng.integers(1, 9)), int(rng.integers(1, 6)), int(rng.integers(6, 40))
        weights = rng.uniform(size=count) ** 4 + 1e-3
        total = int(rng.integers(count * least, count * most + 1))
        rows = proportional(total, least, most, weights)
        low, high = 0.0, 1e9
        for _ in range(200):
            level = (low + high) / 2
            reached = np.minimum(most, least + level * weights).sum()
            low, high = (level, high) if reached < total else (low, level)
        expect(np.abs(rows - np.minimum(most, least + high * weights)).max() < 1e-6, rows)
        whole = whole_rows(rows, total, weights, Margins())
        expect(sum(whole) == total and max(whole) <= most and min(whole) >= least, whole)
        expect(np.abs(np.array(whole) - rows).max() < 1 + 1e-9, whole, rows)
    expect(proportional(20, 2, 10, np.array([0.0, 0.0])).tolist() == [10, 10])
    expect(proportional(15, 2, 10, np.array([1.0, 0.0, 0.0])).tolist() == [10, 2.5, 2.5])
    expect(whole_rows(np.array([2.5, 3.5, 4.0]), 10, np.ones(3), Margins()) == [3, 3, 4])
    # N 100, rho 0.4: bbar 40, B 160; c auto: 16 / 2 = 8; two dynamic heads of 16; 128 rows for the static.
    prompt = Prompt(100, ((10, 50),), tuple(range(92, 100)))
    flags = [True, False, True, False]
    worked = allocate(flags, [0.9, 0.1, 0.6, 0.2], prompt, 0.4, Parameters(), Margins())
    expect((worked.uniform, worked.total, worked.chunk) == (40, 160, 2), worked)
    # 8 + 112 * 0.9 / 1.5 = 75.2 and 8 + 112 * 0.6 / 1.5 = 52.8
    expect(worked.rows == [75, 16, 53, 16], worked)
    # one static head is capped at 100; 300 - 100 - 3 * 40 = 80 more rows: 3 steps of 8 for 3 heads.
    prompt = Prompt(100, (), tuple(range(90, 100)))
    worked = allocate([True] + [False] * 3, [1, 0, 0, 0], prompt, 0.75, Parameters(r=0.55, chunk=8), Margins())
    expect(worked.rows == [100, 64, 64, 64], worked)
    expect(chunk_size("auto", 500, 400, 1600, 0.4, 2, 2, 32) == 16)
    expect(chunk_size("auto", 500, 100, 400, 0.4, 2, 2, 32) == 4)
    expect(chunk_size("auto", 500, 100, 400, 0.4, 4, 0, 32) == 8)
    expect(chunk_size(11, 9, 4, 12, 0.4, 0, 3, 2) == 5)
    expect(chunk_size(16, 100, 3, 12, 0.4, 3, 1, 3) == 2)


def check_pruning():
    """Section 2.3 on a prompt small enough to follow by hand."""
    prompt = Prompt(14, ((4, 5),), (12, 13))  # text 0-3, 9-11 and the window; visual 4-8
    a = np.array([5, 1, 1, 1, 0, 9, 0, 0, 2, 3, 4, 3, 1, 1], dtype=np.float64)
    keep = lambda b, **changes: static_rows(a, b, prompt, replace(Parameters(), **changes), Margins())
    expect(keep(14) == list(range(14)) and keep(1) == [13])
    expect(keep(2) == [12, 13] and keep(4) == [0, 1, 12, 13])
    expect(keep(7) == [0, 1, 2, 3, 10, 12, 13] and keep(8) == [0, 1, 2, 3, 9, 10, 12, 13])
    expect(keep(9) == [0, 1, 2, 3, 9, 10, 11, 12, 13])
    # sums within the segment: 9, 9, 11, 11, 2; across: 11, 10, 11, 14, 9
    expect(keep(10) == [0, 1, 2, 3, 6, 9, 10, 11, 12, 13])
    expect(keep(12) == [0, 1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 13])
    expect(keep(10, smoothing="across") == [0, 1, 2, 3, 7, 9, 10, 11, 12, 13])
    expect(keep(8, text_share=0.5) == [0, 1, 4, 5, 6, 7, 12, 13])
    expect(keep(8, text_share=0.0, text_cap="hard") == [4, 5, 6, 7, 8, 12, 13])
    expect(keep(8, text_share=0.0) == [0, 4, 5, 6, 7, 8, 12, 13])
    apart = Prompt(10, ((1, 2), (5, 3)), (3, 8, 9))
    rows = [static_rows(np.arange(10.0), b, apart, Parameters(), Margins()) for b in (2, 3, 4)]
    expect(rows == [[8, 9], [3, 8, 9], [0, 3, 8, 9]], rows)
    whole = Prompt(10, ((2, 6),), (7, 8, 9))  # the window holds visual token 7
    rows = static_rows(np.arange(10.0), 6, whole, Parameters(), Margins())
    expect(rows == [0, 1, 5, 7, 8, 9], rows)
    expect(pooled(np.array([1.0, 2, 3])).tolist() == [6 / 5] * 3)
    rng = np.random.default_rng(9)
    for _ in range(300):
        values = rng.integers(0, 5, size=20).astype(float)
        count = int(rng.integers(0, 22))
        naive = sorted(sorted(range(20), key=lambda j: (-values[j], j))[:count])
        expect(largest(values, range(20), count, Margins(), "") == naive)


def check_scores():
    """Section 2.1 by hand."""
    prompt = Prompt(10, ((2, 4),), (8, 9))
    a = np.array([8, 1, 2, 4, 1, 1, 5, 3, 4, 3]) / 32
    value = lambda kind, kappa=0.1: score(a, 0.3, prompt, 5, Parameters(score=kind, kappa=kappa), Margins())
    expect(value("coverage") == 8 / 32 and value("coverage", 0.21) == 17 / 32)
    expect(value("coverage", 0) == 8 / 32 and value("coverage", 3) == 1.0)
    expect(value("visualCoverage") == 4 / 8 and value("visualCoverage", 0.26) == 6 / 8)
    expect(value("thresholdFilter") == 0.3)
    expect(value("retainedMass") == (8 + 1 + 5 + 4 + 3) / 32)  # 6 text rows > 5: sinks 0, 1, then 6
    expect(abs(value("entropy") - (1 + (a * np.log(a)).sum() / np.log(10))) < 1e-15)
    rows = np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]], dtype=np.float32)
    expect(group_attention(rows, "mean").tolist() == [0.375, 0.25, 0.375])
    expect(group_attention(rows, "max").tolist() == [0.4, 0.2, 0.4])
    values = [0.5, 0.75, 0.25, 0.75]
    expect(threshold("q:0.25", values, Margins()) == 0.75 and threshold("q:0.7", values, Margins()) == 0.5)
    expect(threshold("q:0.12", values, Margins()) == np.inf and threshold("q:1", values, Margins()) == 0.25)
    expect(static_heads("q:0.25", values, Margins())[1] == [False, True, False, True])
    expect(static_heads(0.75, values, Margins())[1] == [False, True, False, True])


def check_retrieval():
    """Section 2.4 by hand, and section 8, point 5."""
    rng = np.random.default_rng(10)
    for _ in range(50):
        tokens, chunk, group = int(rng.integers(8, 40)), int(rng.integers(1, 7)), int(rng.integers(1, 8))
        keys = rng.normal(size=(tokens, 16)).astype(np.float32)
        queries = rng.normal(size=(group, 16)).astype(np.float32)
        count = tokens // chunk
        logits = queries.astype(np.float64) @ keys[: count * chunk].astype(np.float64).T / 4
        logits = logits.reshape(group, count, chunk)
        minmax = representatives(keys, chunk, "minmax")
        bound = np.maximum(queries[:, None] * minmax[:, 0], queries[:, None] * minmax[:, 1]).sum(-1) / 4
        expect((bound >= logits.max(axis=2) - 1e-12).all())
        mean = queries.astype(np.float64) @ representatives(keys, chunk, "mean").T / 4
        expect(np.abs(mean - logits.mean(axis=2)).max() < 1e-12)
        weights = np.exp(mean) / np.exp(mean).sum(axis=1, keepdims=True)
        scores = chunk_scores(queries, representatives(keys, chunk, "mean"))
        expect(np.abs(scores - weights.mean(axis=0)).max() < 1e-12)
        a = rng.uniform(size=tokens)
        top = representatives(keys, chunk, "topToken", a)
        best = [max(range(j * chunk, (j + 1) * chunk), key=lambda i: (a[i], -i)) for j in range(count)]
        expect((top == keys[best]).all())
        expect(pick_chunks(scores, count + 2, "sink", chunk, [tokens - 1]) == list(range(count)))
    expect(forced_chunks("sinkAndWindow", 10, 3, 4, range(20, 43)) == [0, 8, 9])
    expect(forced_chunks("sinkAndWindow", 10, 8, 4, range(20, 43)) == [0, 5, 6, 7, 8, 9])
    expect(forced_chunks("sinkAndWindow", 10, 1, 4, range(20, 43)) == [0])
    expect(forced_chunks("sinkAndWindow", 4, 4, 4, [16, 17]) == [0])
    a = np.array([0, 0, 3, 1, 1, 1, 0, 4, 9])
    expect(initial_chunks(a, 2, 2, "sink", [8]) == [0, 1])
    expect(initial_chunks(a, 2, 2, "none", [8]) == [1, 3])
    expect(initial_chunks(a, 2, 2, "sinkAndWindow", [5, 8]) == [0, 2])


def check_files():
    """The stored goldens are what the code says about the stored evidence."""
    provenance = json.loads((HERE / "provenance.json").read_text())
    for name, entry in provenance["outputs"].items():
        data = (HERE / name).read_bytes()
        expect(hashlib.sha256(data).hexdigest() == entry["sha256"], name)
    goldens = json.loads((HERE / "plans.json").read_text())
    arrays = tensors.read(HERE / "evidence.safetensors")
    for case in goldens["cases"]:
        layout, given = goldens["evidence"][case["evidence"]], case["parameters"]
        parts = {
            "tokens": layout["tokens"],
            "layers": layout["layers"],
            "kv_heads": layout["kvHeads"],
            "query_heads": layout["queryHeads"],
            "visual": layout["visual"],
            "window": layout["window"],
            "attention": arrays[case["evidence"] + ".attention"],
            "filter": arrays[case["evidence"] + ".filter"],
        }
        renamed = {"text_share" if key == "textShare" else key: value for key, value in given.items()}
        if not given["theta"].startswith("q:"):
            renamed["theta"] = float(given["theta"])
        if given["chunk"] != "auto":
            renamed["chunk"] = int(given["chunk"])
        result = plan(parts, case["rho"], Parameters(**renamed))
        expect(make.plan_json(result) == case["expected"], case["name"])
    expect(len(goldens["cases"]) >= 60)
    expect(sum(entry["bytes"] for name, entry in provenance["outputs"].items() if "sample" not in name) < 1.5e6)


def check_sample(evidence):
    """The `sample` entry on made-up files in the agreed format."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        listed = []
        for name in ("oneImage", "textOnly"):
            parts = evidence[name]
            listed.append(
                {"name": name, "tokens": parts["tokens"], "layers": parts["layers"],
                 "kv_heads": parts["kv_heads"], "query_heads": parts["query_heads"]}
            )
            arrays = {
                "attention": parts["attention"],
                "filter": parts["filter"],
                "window": np.array(parts["window"], dtype=np.int64),
                "visual": np.array(parts["visual"], dtype=np.int64).reshape(-1, 2),
            }
            (folder / f"evidence-{name}.safetensors").write_bytes(tensors.encode(arrays))
        (folder / "evidence.json").write_text(json.dumps(listed))
        first = json.loads(make.sample_goldens(folder))
        expect(len(first["cases"]) == 2 * 3 * len(make.sample_settings()))
        expect(first["evidence"]["oneImage"]["visual"] == evidence["oneImage"]["visual"])
        case = next(c for c in first["cases"] if c["name"] == "oneImage-0.2-quarterStatic")
        again = plan(evidence["oneImage"], 0.2, Parameters(theta="q:0.25"))
        expect(case["expected"] == make.plan_json(again))
        (folder / "evidence.json").write_text(json.dumps({"version": 1, "entries": listed}))
        expect(json.loads(make.sample_goldens(folder)) == first)


def main():
    evidence = all_evidence()
    check_scores()
    check_budget_arithmetic()
    check_pruning()
    check_retrieval()
    check_random_plans(evidence)
    check_files()
    check_sample(evidence)
    print(f"{done} checks passed")


if __name__ == "__main__":
    main()
