"""Writes the goldens of the methods that HybridKV is compared with.

python3 make.py           plans.json, evidence.safetensors, merges.json, merges.safetensors
python3 make.py sample    sample-plans.json from the tensors that sample_evidence.py writes
"""

import hashlib
import json
import platform
import sys
from pathlib import Path

import numpy as np

import common  # noqa: F401  (adds the folder of the HybridKV goldens to the path)
import tensors
from made_evidence import SHAPES, TIED, all_evidence
from merge_cases import merge_goldens
from methods import METHODS, plan
from plan_cases import drawn_cases, edge_cases, sample_case

HERE = Path(__file__).resolve().parent
NEAR_TIE = 1e-9
DRAWN = 40
POWERS = {"1", "2", "4", "8", "16"}
RATIOS = (0.1, 0.2, 0.3)


def compact(value):
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def lines(fields):
    """JSON with one line per entry of every list or map at the top."""
    parts = []
    for name, value in fields.items():
        if isinstance(value, dict):
            entries = [f"{json.dumps(key)}:{compact(item)}" for key, item in value.items()]
            opening, closing = "{}"
        else:
            entries = [compact(item) for item in value]
            opening, closing = "[]"
        parts.append(f"{json.dumps(name)}:{opening}\n" + ",\n".join(entries) + f"\n{closing}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def texts_of(case):
    """All parameters of the case's method as strings."""
    known = METHODS[case.method][1]
    return {key: case.texts.get(key, str(default)) for key, default in known.items()}


def plan_json(result, evidence):
    """A plan with the field names of the goldens."""
    heads = []
    for index, head in enumerate(result.heads):
        layer, number = divmod(index, evidence.kv_heads)
        heads.append({"layer": layer, "head": number, "budget": head.budget, "kept": head.kept})
        if result.initial is not None:
            heads[-1]["initial"] = result.initial[index]
    found = {"uniformBudget": result.uniform}
    if result.chunk is not None:
        found |= {"chunk": result.chunk, "selectedChunks": result.selected}
    return found | {"heads": heads}


def reading_tags(case, result):
    """Tags of the cases that rest on a reading of an open place of the description (see the README)."""
    tags = []
    if case.method == "quest" and result.chunk is not None and case.texts.get("page", "16") not in POWERS:
        tags.append("oddPage")
    return tags


def case_json(name, case, evidence):
    """One case with its expected plan."""
    margins = common.Margins()
    result = plan(case.method, evidence, case.rho, texts_of(case), case.scores, margins)
    margin = margins.overall()
    entry = {
        "name": name,
        "tags": reading_tags(case, result),
        "method": case.method,
        "evidence": case.evidence,
        "rho": case.rho,
        "parameters": texts_of(case),
        "window": result.window,
        "margin": float(margin) if np.isfinite(margin) else None,
        "ties": margins.ties,
    }
    if case.scores is not None:
        entry["scores"] = case.scores
    return entry | {"expected": plan_json(result, evidence)}


def layout_json(evidence):
    """The parts of an evidence that are not tensors."""
    return {
        "tokens": evidence.tokens,
        "layers": evidence.layers,
        "kvHeads": evidence.kv_heads,
        "queryHeads": evidence.query_heads,
        "visual": [list(run) for run in evidence.visual],
    }


def arrays_of(name, evidence, windows):
    """The tensors of an evidence: the windows that cases use, and the column sums."""
    arrays = {f"{name}.window{rows}": evidence.windows[rows] for rows in sorted(windows)}
    return arrays | {f"{name}.columns": evidence.columns}


def exact_ties(case):
    """Whether equal values of this case are equal by construction, not by chance."""
    pooling = texts_of(case).get("pooling")
    return case.evidence in TIED or pooling == "max"


def plan_goldens():
    """The contents of plans.json and evidence.safetensors."""
    evidence = all_evidence()

    def margins_of(case):
        margins = common.Margins()
        plan(case.method, evidence[case.evidence], case.rho, texts_of(case), case.scores, margins)
        return margins

    def accepted(case):
        margins = margins_of(case)
        return margins.overall() >= NEAR_TIE and (margins.ties == 0 or exact_ties(case))

    edges = edge_cases()
    for case in edges:
        if not accepted(case):
            margins = margins_of(case)
            raise SystemExit(f"too close: {case} {margins.smallest} ties {margins.ties}")
    larger = {name: shape for name, shape in SHAPES.items() if shape.tokens > 5}
    cases = edges + drawn_cases(100, larger, DRAWN, accepted)
    entries = [
        case_json(f"{index:03d}-{case.method}-{case.tag}", case, evidence[case.evidence])
        for index, case in enumerate(cases)
    ]
    arrays = {}
    for name, parts in evidence.items():
        windows = {entry["window"] for entry in entries if entry["evidence"] == name} - {None}
        arrays |= arrays_of(name, parts, windows)
    layouts = {name: layout_json(parts) for name, parts in evidence.items()}
    return lines({"evidence": layouts, "cases": entries}), tensors.encode(arrays)


def stored_evidence(layout, arrays, name):
    """An evidence from a layout and the tensors of a file."""
    prefix = f"{name}.window"
    windows = {int(key.removeprefix(prefix)): arrays[key] for key in arrays if key.startswith(prefix)}
    return common.Evidence(
        layout["tokens"],
        layout["layers"],
        layout["kvHeads"],
        layout["queryHeads"],
        tuple(tuple(run) for run in layout["visual"]),
        windows,
        arrays[f"{name}.columns"],
    )


def sample_goldens():
    """The contents of sample-plans.json: every method with its defaults at three budgets."""
    layouts = json.loads((HERE / "sample-evidence.json").read_text())
    arrays = tensors.read(HERE / "sample-evidence.safetensors")
    entries = []
    for name, layout in layouts.items():
        evidence = stored_evidence(layout, arrays, name)
        for rho in RATIOS:
            for method in METHODS:
                case = sample_case(method, name, rho, evidence.layers, evidence.query_heads)
                entries.append(case_json(f"{name}-{rho}-{method}", case, evidence))
    return lines({"evidence": layouts, "cases": entries})


def write(outputs, command, packages=None):
    """Writes the files and their lines in provenance.json."""
    path = HERE / "provenance.json"
    provenance = json.loads(path.read_text()) if path.exists() else {"outputs": {}, "versions": {}}
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    provenance["versions"] |= versions | (packages or {})
    for name, data in outputs.items():
        data = data.encode() if isinstance(data, str) else data
        (HERE / name).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        provenance["outputs"][name] = {"command": command, "bytes": len(data), "sha256": digest}
    path.write_text(json.dumps(provenance, indent=2, sort_keys=True) + "\n")


def main(arguments):
    if arguments == ["sample"]:
        write({"sample-plans.json": sample_goldens()}, "python3 make.py sample")
    elif arguments == []:
        plans, evidence = plan_goldens()
        merges, arrays = merge_goldens()
        outputs = {
            "plans.json": plans,
            "evidence.safetensors": evidence,
            "merges.json": lines(merges),
            "merges.safetensors": tensors.encode(arrays),
        }
        write(outputs, "python3 make.py")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
