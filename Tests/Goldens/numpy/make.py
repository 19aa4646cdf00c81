"""Writes the goldens of HybridKV, reconstructed.

    python3 make.py           plans.json, evidence.safetensors, retrieval.json, retrieval.safetensors
    python3 make.py sample    sample-plans.json from ../transformers/evidence.json and its tensors
"""

import hashlib
import json
import platform
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import tensors
from cases import TIED, TIE_TAG, drawn_cases, edge_cases, sample_settings
from evidence import all_evidence
from plan import plan
from pruning import SINKS
from ranking import Margins
from retrieval_cases import retrieval_goldens

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "transformers"
NEAR_TIE = 1e-9
DRAWN = 70


def number(value):
    """A JSON number, or null for an infinity."""
    return float(value) if np.isfinite(value) else None


def parameters_json(parameters):
    """The switches; theta and chunk as strings because each may be a word or a number."""
    return {
        "theta": str(parameters.theta),
        "kappa": parameters.kappa,
        "score": parameters.score,
        "aggregation": parameters.aggregation,
        "r": parameters.r,
        "level1": parameters.level1,
        "weights": parameters.weights,
        "chunk": str(parameters.chunk),
        "representative": parameters.representative,
        "forced": parameters.forced,
        "textShare": parameters.text_share,
        "smoothing": parameters.smoothing,
    }


def plan_json(result):
    """A plan with the field names of the goldens."""
    return {
        "threshold": number(result.threshold),
        "chunk": result.chunk,
        "selectedChunks": result.selected,
        "uniformBudget": result.uniform,
        "totalBudget": result.total,
        "unusedRows": result.unused,
        "heads": [
            {
                "layer": head.layer,
                "head": head.head,
                "class": "static" if head.is_static else "dynamic",
                "score": head.score,
                "votes": head.votes,
                "budget": head.budget,
                "kept": head.kept,
            }
            for head in result.heads
        ],
    }


def layout_json(evidence):
    """The parts of an evidence that are not tensors."""
    return {
        "tokens": evidence["tokens"],
        "layers": evidence["layers"],
        "kvHeads": evidence["kv_heads"],
        "queryHeads": evidence["query_heads"],
        "headDim": evidence["head_dim"],
        "visual": evidence["visual"],
        "window": evidence["window"],
    }


def lines(fields):
    """JSON with one line per entry of every list or map at the top."""
    parts = []
    for name, value in fields.items():
        pairs = isinstance(value, dict)
        entries = [
            (json.dumps(item[0]) + ": " if pairs else "") + json.dumps(item[1] if pairs else item, allow_nan=False)
            for item in (value.items() if pairs else value)
        ]
        opening, closing = "{}" if pairs else "[]"
        parts.append(f"{json.dumps(name)}: {opening}\n" + ",\n".join(entries) + f"\n{closing}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def reading_tags(case, evidence):
    """Tags of the cases that rest on a reading of an open place of the specification (see README)."""
    parts = evidence[case.evidence]
    visual = {j for start, count in parts["visual"] for j in range(start, start + count)}
    tags = []
    if visual & set(range(SINKS)):
        tags.append("visualAtSinks")
    if visual & set(parts["window"]):
        tags.append("visualInWindow")
    other = replace(case.parameters, text_cap="hard")
    if plan(parts, case.rho, case.parameters) != plan(parts, case.rho, other):
        tags.append("textCap")
    return tags


def plan_case(case, evidence):
    """(plan, margins) of one case."""
    margins = Margins()
    return plan(evidence[case.evidence], case.rho, case.parameters, margins), margins


def plan_goldens():
    """The contents of plans.json and evidence.safetensors."""
    evidence = all_evidence()

    def accepted(case):
        margins = plan_case(case, evidence)[1]
        tied = case.evidence in TIED or TIE_TAG in case.tags
        return margins.overall() >= NEAR_TIE and (tied or margins.ties == 0)

    edges = edge_cases()
    for case in edges:
        if not accepted(case):
            margins = plan_case(case, evidence)[1]
            raise SystemExit(f"too close: {case} {margins.smallest} ties {margins.ties}")
    entries = []
    for index, case in enumerate(edges + drawn_cases(100, sorted(evidence), DRAWN, accepted)):
        result, margins = plan_case(case, evidence)
        entries.append(
            {
                "name": f"{index:03d}-{case.tags[0]}",
                "tags": sorted({*case.tags, *reading_tags(case, evidence)}),
                "evidence": case.evidence,
                "rho": case.rho,
                "parameters": parameters_json(case.parameters),
                "margin": number(margins.overall()),
                "ties": margins.ties,
                "expected": plan_json(result),
            }
        )
    arrays = {}
    for name, parts in evidence.items():
        arrays[f"{name}.attention"] = parts["attention"]
        arrays[f"{name}.filter"] = parts["filter"]
    layouts = {name: layout_json(parts) for name, parts in evidence.items()}
    return lines({"evidence": layouts, "cases": entries}), tensors.encode(arrays)


def segments(indices):
    """Runs (start, count) of ascending indices."""
    runs = []
    for j in indices:
        if runs and sum(runs[-1]) == j:
            runs[-1][1] += 1
        else:
            runs.append([j, 1])
    return runs


def sample_evidence(folder):
    """Evidence of the sample model by name; `visual` holds index pairs (start, count) as rows."""
    listed = json.loads((folder / "evidence.json").read_text())
    if isinstance(listed, dict):
        listed = next(value for value in listed.values() if isinstance(value, list))
    found = {}
    for entry in listed:
        arrays = tensors.read(folder / f"evidence-{entry['name']}.safetensors")
        layers, query_heads, tokens = arrays["attention"].shape
        for field, value in (("tokens", tokens), ("layers", layers), ("query_heads", query_heads)):
            if entry[field] != value:
                raise SystemExit(f"{entry['name']}: {field} is {entry[field]}, the tensors say {value}")
        indices = [j for start, count in arrays["visual"].tolist() for j in range(start, start + count)]
        if len(set(indices)) < len(indices) or not all(0 <= j < tokens for j in indices):
            raise SystemExit(f"{entry['name']}: visual segments overlap or pass the end")
        found[entry["name"]] = {
            "tokens": tokens,
            "layers": layers,
            "kv_heads": entry["kv_heads"],
            "query_heads": query_heads,
            "head_dim": entry.get("head_dim", 0),
            "visual": segments(sorted(indices)),
            "window": arrays["window"].tolist(),
            "attention": arrays["attention"],
            "filter": arrays["filter"],
        }
    return found


def sample_goldens(folder):
    """The contents of sample-plans.json: every evidence, budgets 0.1, 0.2, 0.3, every setting."""
    evidence = sample_evidence(folder)
    entries = []
    for name, parts in evidence.items():
        for rho in (0.1, 0.2, 0.3):
            for setting, parameters in sample_settings().items():
                margins = Margins()
                result = plan(parts, rho, parameters, margins)
                entries.append(
                    {
                        "name": f"{name}-{rho}-{setting}",
                        "evidence": name,
                        "rho": rho,
                        "parameters": parameters_json(parameters),
                        "margin": number(margins.overall()),
                        "margins": margins.smallest,
                        "ties": margins.ties,
                        "expected": plan_json(result),
                    }
                )
    layouts = {name: layout_json(parts) for name, parts in evidence.items()}
    return lines({"evidence": layouts, "cases": entries})


def write(outputs, command):
    """Writes the files and their lines in provenance.json."""
    path = HERE / "provenance.json"
    provenance = json.loads(path.read_text()) if path.exists() else {"outputs": {}}
    provenance["versions"] = {"python": platform.python_version(), "numpy": np.__version__}
    for name, data in outputs.items():
        data = data.encode() if isinstance(data, str) else data
        (HERE / name).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        provenance["outputs"][name] = {"command": command, "bytes": len(data), "sha256": digest}
    path.write_text(json.dumps(provenance, indent=2, sort_keys=True) + "\n")


def main(arguments):
    if arguments == ["sample"]:
        write({"sample-plans.json": sample_goldens(SAMPLE)}, "python3 make.py sample")
    elif arguments == []:
        plans, evidence = plan_goldens()
        cases, arrays = retrieval_goldens()
        outputs = {
            "plans.json": plans,
            "evidence.safetensors": evidence,
            "retrieval.json": lines(cases),
            "retrieval.safetensors": tensors.encode(arrays),
        }
        write(outputs, "python3 make.py")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
