"""Checks of this reading: invariants, examples worked by hand, slower second ways, the files.

python3 check.py    prints the number of checks; stops at the first that fails
"""

import hashlib
import json
from pathlib import Path

import numpy as np

import make
import tensors
from common import Evidence, Margins, pooled, reduced, uniform_rows, whole, window_rows
from made_evidence import SHAPES, all_evidence, attention
from merging import merge
from methods import METHODS, plan
from modality_methods import layer_rows, smallest_count, split
from pages import page_plan
from plan_cases import drawn_case
from position_methods import SplitMix64, shuffled
from window_methods import competition, head_shares, pyramid

HERE = Path(__file__).resolve().parent
done = 0


def expect(condition, *context):
    """Counts a check and stops at a failure."""
    global done
    done += 1
    if not condition:
        raise AssertionError(context)


def check_invariants(evidence):
    """Budgets and kept rows of any plan: within cap * M, at least one row, the fixed rows kept."""
    rng = np.random.default_rng(7)
    for _ in range(3000):
        case = drawn_case(rng, SHAPES)
        expect_plan(case, evidence[case.evidence])


def expect_plan(case, parts):
    result = plan(case.method, parts, case.rho, case.texts, case.scores)
    tokens, cap = parts.tokens, uniform_rows(case.rho, parts.tokens)
    everything = list(range(tokens))
    expect(result.uniform == cap and len(result.heads) == parts.heads, case)
    dense = int(case.texts.get("dense", 0)) * parts.kv_heads
    counted = result.heads[dense:] if case.rho < 1 and cap < tokens else result.heads
    expect(sum(head.budget for head in counted) <= cap * len(counted), case)
    for head in result.heads:
        expect(head.kept == sorted(set(head.kept)) and head.kept, case)
        expect(0 <= head.kept[0] and head.kept[-1] < tokens and 1 <= head.budget <= tokens, case)
        if case.method != "quest":
            expect(len(head.kept) == head.budget, case)
    if case.rho >= 1 or cap >= tokens:
        expect(all(head.kept == everything for head in result.heads), case)
        return
    layers = [result.heads[i : i + parts.kv_heads] for i in range(0, parts.heads, parts.kv_heads)]
    window = window_rows(int(case.texts.get("windowRows", 0)), cap)
    last = everything[tokens - window :]
    if case.method in ("snapkv", "pyramidkv", "adakv", "sparsemm", "h2o"):
        expect(all(set(last) <= set(head.kept) for head in result.heads), case)
        expect(window <= max(1, cap // 2), case)
    if case.method in ("snapkv", "h2o", "look-m", "streamingllm", "random"):
        expect(all(head.budget == cap for head in result.heads), case)
    if case.method == "pyramidkv":
        rows = [layer[0].budget for layer in layers]
        expect(rows == sorted(rows, reverse=True) and sum(rows) == cap * parts.layers, case, rows)
        expect(all(head.budget == layer[0].budget for layer in layers for head in layer), case)
    if case.method == "adakv":
        expect(all(sum(head.budget for head in layer) <= cap * len(layer) for layer in layers), case)
    if case.method == "madakv":
        full = result.heads[-1].budget == tokens  # what the last layer cannot take is left
        expect(full or sum(head.budget for head in result.heads) == cap * parts.heads, case)
    if case.method == "look-m":
        text, recent = set(parts.text_indices), set(everything[tokens - cap // 2 :]) if cap > 1 else set()
        for head in result.heads:
            expect(recent <= set(head.kept), case)
            others = set(head.kept) - recent
            expect(others <= text or text - recent <= others, case)
    if case.method == "quest":
        expect(result.chunk * result.selected <= cap, case)
        tail = set(everything[tokens // result.chunk * result.chunk :])
        for index, head in enumerate(result.heads):
            expect(head.kept == everything if index < dense else tail <= set(head.kept), case)
            expect(index < dense or len(head.kept) == head.budget + len(tail), case)


def check_evidence(evidence):
    """The evidence hangs together: rows sum to 1, columns to N, and no row sees the future."""
    for name, shape in SHAPES.items():
        rows, parts = attention(shape), evidence[name]
        expect(np.abs(rows.sum(axis=3) - 1).max() < 1e-12, name)
        expect(np.abs(np.triu(rows, 1)).max() == 0, name)
        expect(np.abs(parts.columns.sum(axis=2) - shape.tokens).max() < 1e-3, name)
        for count in {1, min(5, shape.tokens), shape.tokens}:
            mean = rows[:, :, shape.tokens - count :].sum(axis=2) / count
            expect(np.abs(parts.windows[count] - mean).max() < 1e-6, name)
        expect(np.abs(parts.windows[shape.tokens] * shape.tokens - parts.columns).max() < 1e-4, name)
        expect(parts.windows[1].dtype == np.float32, name)


def by_hand(attention_rows, columns=None, visual=(), kv_heads=1):
    """An evidence of one layer whose windows, of any length, are the given rows of its query heads."""
    rows = np.array([attention_rows], dtype=np.float32)
    windows = {count: rows for count in range(1, 40)}
    columns = rows if columns is None else np.array([columns], dtype=np.float32)
    return Evidence(rows.shape[2], 1, kv_heads, rows.shape[1], visual, windows, columns)


def check_window_methods():
    """Pooling, the window and the budgets on numbers small enough to follow."""
    expect([window_rows(32, cap) for cap in (1, 2, 5, 63, 64, 200)] == [1, 1, 2, 31, 32, 32])
    expect([uniform_rows(rho, 100) for rho in (0.001, 0.29, 0.1)] == [1, 28, 10])  # 0.29 * 100 < 29 in double
    expect(pooled(np.array([5.0, 0, 0, 10]), 5, "avg").tolist() == [1, 3, 3, 2])
    expect(pooled(np.array([5.0, 0, 0, 0, 10]), 3, "max").tolist() == [5, 5, 0, 10, 10])
    expect(pooled(np.array([-2.0]), 7, "max").tolist() == [-2])
    rows = [[8, 0, 0, 0, 0, 4, 1, 1, 9, 9], [0, 0, 0, 0, 0, 4, 1, 1, 9, 9]]
    parts = by_hand(rows)
    kept = lambda method, rho, **texts: plan(method, parts, rho, texts).heads[0].kept
    # group mean 4 0 0 0 0 4 1 1 | 9 9; sums of five: 4 4 4 4 5 6 6 6, and the window's 9s do not leak in
    expect(kept("snapkv", 0.4) == [5, 6, 8, 9])
    expect(kept("snapkv", 0.5) == [5, 6, 7, 8, 9])
    expect(kept("snapkv", 0.4, kernel="1") == [0, 5, 8, 9])
    expect(kept("snapkv", 0.4, kernel="3", pooling="max") == [0, 1, 8, 9])
    expect(kept("snapkv", 0.15) == [9] and kept("snapkv", 0.2, kernel="1") == [8, 9])
    expect(kept("streamingllm", 0.6) == [0, 1, 2, 3, 8, 9])
    expect(kept("streamingllm", 0.4) == [0, 1, 2, 9] and kept("streamingllm", 0.1) == [9])
    # falling by 4: 18, 14, 10, 6, 2 = base 10 on average
    expect(pyramid(10, 5, 100, 4, 5) == [18, 14, 10, 6, 2])
    expect(pyramid(10, 20, 100, 4, 5) == [20, 15, 10, 5, 0])
    # 18 and 2, step 5: 18 13 8 3 is 2 too many; 11 and 1, step 1: 11 10 .. 5 is 14 too many, two from each
    expect(pyramid(10, 5, 100, 4, 4) == [17, 12, 8, 3] and pyramid(6, 5, 90, 4, 7) == [9, 8, 7, 6, 5, 4, 3])
    # at most N - w = 30: 30 and 2 * 20 - 30 = 10, in steps of 10
    expect(pyramid(20, 20, 40, 10, 3) == [30, 20, 10])
    expect(pyramid(21, 20, 41, 10, 3) == [21, 21, 21] and pyramid(7, 3, 90, 5, 1) == [7])
    scores = np.array([[9.0, 8, 7, 1], [6, 5, 4, 3], [2, 0, 0, 0]])
    # the best 6 of all: 3, 3 and 0; floor int(0.5 * 2) = 1: 2.5 and 2.5 to even, 1
    expect(competition(scores, 2, 0.5, False, 4, Margins()) == [2, 2, 1])
    expect(competition(scores, 2, 0.0, False, 4, Margins()) == [3, 3, 0])
    expect(competition(scores, 2, 1.0, False, 4, Margins()) == [2, 2, 2])
    # factors 1/4 and 1: four times 1 against 3
    uneven = np.array([[4.0, 4, 4, 4], [3, 0, 0, 0]])
    expect(competition(uneven, 1, 0.0, False, 4, Margins()) == [2, 0])
    expect(competition(uneven, 1, 0.0, True, 4, Margins()) == [1, 1])
    expect(competition(np.ones((2, 4)), 2, 0.0, False, 4, Margins()) == [4, 0])
    expect(competition(np.ones((2, 6)), 2, 0.5, False, 2, Margins()) == [2, 1])
    expect(reduced([3, 5, 5], 11) == [3, 4, 4] and reduced([3, 5, 5], 8) == [2, 3, 3])
    expect([whole(value, [], Margins()) for value in (0.5, 1.5, 2.5, 2.51)] == [0, 2, 2, 3])
    expect(head_shares([[1, 1, 2, 4]], 2).tolist() == [[0.25, 0.75]])
    expect(head_shares([[0, 0], [0, 0]], 1).tolist() == [[0.25, 0.25], [0.25, 0.25]])


def check_other_methods():
    """H2O, LOOK-M, MadaKV, Quest and random by hand."""
    parts = by_hand([[1] * 8], [[1, 7, 3, 9, 2, 8, 5, 4]], ((2, 3),))
    kept = lambda method, rho, **texts: plan(method, parts, rho, texts).heads[0].kept
    expect(kept("h2o", 0.5) == [3, 5, 6, 7] and kept("h2o", 0.5, windowRows="1") == [1, 3, 5, 7])
    # recent 6 7; text 0 1 5 before the pictures 2 3 4
    expect(kept("look-m", 0.5) == [1, 5, 6, 7] and kept("look-m", 0.7) == [0, 1, 5, 6, 7])
    expect(kept("look-m", 0.2) == [5] and kept("look-m", 0.9) == [0, 1, 2, 3, 5, 6, 7])
    # 3/8 of the attention is on pictures: round(4 * 3 / 8) = 2 (1.5 to even) and 2, the first of equals
    expect(kept("madakv", 0.5) == [0, 1, 2, 3])
    expect(smallest_count(np.array([4, 1, 3, 2.0]), [0, 1, 2, 3], 0.7, Margins()) == (10, 2))
    expect(smallest_count(np.array([4, 1, 3, 2.0]), [0, 1, 2, 3], 0.71, Margins()) == (10, 3))
    expect(smallest_count(np.array([4, 1.0]), [], 0.9, Margins()) == (0, 0))
    # 10, then 10 - (16 - 10) / 2 = 7, then 7 - (1 - 7) / 1 = 13 = 30 - 17
    expect(layer_rows(10, 90, [[16, 16], [0, 2], [5, 5]], Margins()) == [10, 7, 13])
    # a large demand: clamped to 2 rows, which leaves the rest to the last
    expect(layer_rows(10, 90, [[80], [80], [80], [80]], Margins()) == [10, 2, 2, 26])
    expect(layer_rows(10, 20, [[80], [80], [80], [80]], Margins()) == [10, 2, 2, 20])
    # no demand: 10, 15, 20 at most, but later layers need 2 each
    expect(layer_rows(10, 90, [[0]] * 4, Margins()) == [10, 13, 15, 2])
    few = by_hand([[1] * 8], visual=((2, 3),))
    expect(split(6, 0.9, 0.1, few, Margins()) == (3, 3) and split(7, 0.0, 1.0, few, Margins()) == (2, 5))
    expect(page_plan(16, 3, 48) == (16, 3) and page_plan(16, 3, 80) == (16, 5))
    expect(page_plan(16, 3, 47) == (8, 5) and page_plan(16, 3, 2) == (1, 2) and page_plan(5, 3, 7) == (2, 3))
    pages = by_hand([[0, 1, 5, 5, 2, 9, 0, 3, 7, 7, 9]])
    result = plan("quest", pages, 0.6, {"page": "2", "minPages": "1"})
    expect(result.selected == 3 and result.initial == [[1, 2, 4]], result)
    expect(result.heads[0].kept == [2, 3, 4, 5, 8, 9, 10])
    # published first outputs of SplitMix64 for the seed 1234567
    generator = SplitMix64(1234567)
    expect([generator.next() for _ in range(2)] == [6457827717110365317, 3203168211198807973])
    expect(SplitMix64((1 << 64) + 5).state == 5 and shuffled(3, 9, 9) == list(range(9)))
    counts = np.zeros(20)
    for seed in range(2000):
        counts[shuffled(seed, 20, 5)] += 1
    expect(np.abs(counts - 500).max() < 100, counts)


def check_merging():
    """LOOK-M's merging by hand, and against a plain loop."""
    keys = np.array([[2, 0], [0, 2], [4, 0], [0, 0], [0, -1]], dtype=np.float32)
    values = np.array([[1.0], [2], [3], [4], [5]], dtype=np.float32)
    # row 2 is nearest to row 0, so is the zero vector 3; row 4 has cosine 0 with row 0 and -1 with row 1
    pivot = merge(keys, values, [0, 1], "pivot")
    expect(pivot.nearest == [0, 0, 0] and pivot.similarity == [1, 0, 0] and pivot.counts == [3, 0])
    expect(pivot.keys.tolist() == [[(2 + 3 + 1 + 1) / 4, -0.5 / 4], [0, 2]])
    expect(pivot.values.tolist() == [[(1 + 2 + 2.5 + 3) / 4], [2]])
    average = merge(keys, values, [0, 1], "average")
    expect(average.keys.tolist() == [[6 / 4, -1 / 4], [0, 2]] and average.values.tolist() == [[13 / 4], [2]])
    weighted = merge(keys, values, [0, 1], "weighted")
    expect(weighted.counts == [1, 0] and weighted.keys.tolist() == [[3, 0], [0, 2]])
    expect(weighted.values.tolist() == [[2], [2]])
    expect(merge(keys, values, [0, 1], "none").keys.tolist() == [[2, 0], [0, 2]])
    arrays = tensors.read(HERE / "merges.safetensors")
    goldens = json.loads((HERE / "merges.json").read_text())
    for case in goldens["cases"]:
        data = case["data"]
        keys, values = arrays[data + ".keys"], arrays[data + ".values"]
        kept, kind = goldens["data"][data]["kept"], case["merge"]
        dropped = sorted(set(range(len(keys))) - set(kept)) if kind != "none" else []
        for name, rows in (("keys", keys), ("values", values)):
            rows = rows.astype(np.float64)
            stored = arrays[f"{data}.{kind}.{name}"]
            for place, j in enumerate(kept):
                parts = [rows[j]]
                for t, n, s in zip(dropped, case["nearest"], case["similarity"]):
                    if n == place and (kind != "weighted" or s >= np.mean(case["similarity"])):
                        parts.append(
                            {"pivot": (rows[t] + rows[j]) / 2, "average": rows[t]}.get(kind, s * rows[t])
                        )
                expect(len(parts) - 1 == case["counts"][place], case["name"])
                expect(np.abs(np.mean(parts, axis=0) - stored[place]).max() < 1e-12, case["name"])
        for t, n, s in zip(dropped, case["nearest"], case["similarity"]):
            norms = np.linalg.norm(keys[kept].astype(float), axis=1) * np.linalg.norm(keys[t].astype(float))
            table = keys[kept].astype(float) @ keys[t].astype(float) / np.where(norms > 0, norms, 1)
            expect(abs(table[n] - s) < 1e-12 and (table <= s + 1e-12).all(), case["name"])


def check_files():
    """The stored goldens are what the code says about the stored evidence."""
    provenance = json.loads((HERE / "provenance.json").read_text())
    for name, entry in provenance["outputs"].items():
        data = (HERE / name).read_bytes()
        expect(hashlib.sha256(data).hexdigest() == entry["sha256"] and len(data) == entry["bytes"], name)
    for source in ("", "sample-"):
        path = HERE / f"{source}plans.json"
        if not path.exists():
            continue
        goldens = json.loads(path.read_text())
        arrays = tensors.read(HERE / f"{source}evidence.safetensors")
        for case in goldens["cases"]:
            parts = make.stored_evidence(goldens["evidence"][case["evidence"]], arrays, case["evidence"])
            expect(all(isinstance(text, str) for text in case["parameters"].values()), case["name"])
            result = plan(case["method"], parts, case["rho"], case["parameters"], case.get("scores"))
            expect(make.plan_json(result, parts) == case["expected"], case["name"])
            expect(result.window == case["window"], case["name"])
            expect(case["margin"] is None or case["margin"] >= make.NEAR_TIE, case["name"])
        expect({case["method"] for case in goldens["cases"]} == set(METHODS))
        expect(len(goldens["cases"]) >= (120 if source == "" else 90))


def main():
    evidence = all_evidence()
    check_window_methods()
    check_other_methods()
    check_merging()
    check_evidence(evidence)
    check_invariants(evidence)
    check_files()
    print(f"{done} checks passed")


if __name__ == "__main__":
    main()
