#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether the accelerators come out in the measured order: what a recommendation rests on.

    ranking.py PROGRAM REFERENCE_FOLDER [--check]

A workload is one model, lengths of prompt and answer, requests at once and source. For each accelerator its best measured
throughput per device is taken, whatever engine, format and layout gave it, and the best predicted one over the same rows.
Where at least four types of accelerator were measured, the two orders are compared:

    Spearman's rank correlation, the mean over workloads
    how often the accelerator that is predicted to be best is measured within 10 % of the best

Of all pairs of accelerators of a workload, also where only two types were measured, how often the predicted order is the measured
one: of those predicted within ALIKE of each other, and of the others. It is what plan_rules::alike stands for.

Rows of throughput: output or total tokens a second. --check holds the figures to LIMITS.
"""

import argparse
import csv
import itertools
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ALIKE = 0.1  # plan_rules::alike
FIRST_ROW = 1  # the accuracy program counts rows without the header
LEAST_TYPES = 4
LIMITS = {"spearman": 0.9, "within_10_percent": 0.85}
QUANTITIES = ("speed_serving.output_throughput", "speed_serving.total_throughput")


def ranks(values):
    """Ranks from 1, ties averaged."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in range(i, j + 1):
            out[order[k]] = (i + j) / 2 + 1
        i = j + 1
    return out


def spearman(a, b):
    """Pearson's correlation of the ranks; 0 where one of them has no order."""
    x, y = ranks(a), ranks(b)
    mean = (len(x) + 1) / 2
    top = sum((p - mean) * (q - mean) for p, q in zip(x, y))
    left = sum((p - mean) ** 2 for p in x)
    right = sum((q - mean) ** 2 for q in y)
    return top / (left * right) ** 0.5 if left > 0 and right > 0 else 0.0


def workloads(program, folder):
    """{workload: {accelerator: (best measured, best predicted)}}, per device."""
    with open(folder / "speed_serving.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    with tempfile.TemporaryDirectory() as work:
        predicted_file = Path(work) / "rows.csv"
        subprocess.run([program, "--reference", folder, "--rows", predicted_file], check=True, stdout=subprocess.DEVNULL)
        with open(predicted_file, newline="", encoding="utf-8") as f:
            predicted = list(csv.DictReader(f))
    found = defaultdict(dict)
    for p in predicted:
        if p["file"] != "speed_serving.csv" or p["quantity"] not in QUANTITIES or not p["predicted"]:
            continue
        row = rows[int(p["row"]) - FIRST_ROW]
        devices = 1.0 if row["metric"].endswith("per_gpu") else float(row["n_gpus"] or 1)
        key = (row["source_group"], row["model"], row["isl"], row["osl"], row["batch_or_concurrency"], row["metric"])
        measured = float(p["measured"]) / devices
        ours = float(p["predicted"]) / devices
        before = found[key].get(row["gpu"], (0.0, 0.0))
        found[key][row["gpu"]] = (max(before[0], measured), max(before[1], ours))
    return found


def order_of_pairs(found):
    """{name: (pairs, part in the measured order)} of pairs that are predicted alike, and of the others."""
    kept = {"alike": [], "apart": []}
    for types in found.values():
        of = [types[name] for name in sorted(types)]
        for (measured, ours), (other_measured, other_ours) in itertools.combinations(of, 2):
            near = max(ours, other_ours) <= min(ours, other_ours) * (1 + ALIKE)
            tie = ours == other_ours or measured == other_measured  # either order is as good
            right = 0.5 if tie else float((measured > other_measured) == (ours > other_ours))
            kept["alike" if near else "apart"].append(right)
    return {name: (len(right), sum(right) / len(right)) for name, right in kept.items() if right}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("reference", type=Path)
    parser.add_argument("--check", action="store_true", help="fail where a figure is below its limit")
    parser.add_argument("--list", action="store_true", help="print every workload")
    arguments = parser.parse_args()
    every = workloads(arguments.program, arguments.reference)
    found = {k: v for k, v in every.items() if len(v) >= LEAST_TYPES}
    by_source = defaultdict(list)
    for key, types in sorted(found.items()):
        names = sorted(types)
        measured = [types[n][0] for n in names]
        ours = [types[n][1] for n in names]
        chosen = measured[ours.index(max(ours))]
        result = (spearman(measured, ours), chosen >= 0.9 * max(measured))
        by_source[key[0]].append(result)
        if arguments.list:
            print(f"{' '.join(key)}: {len(names)} types, {result[0]:.2f}, {'best' if result[1] else 'not the best'}")
    results = [r for group in by_source.values() for r in group]
    if not results:
        sys.exit("ranking: no workload was measured on at least four types of accelerator")
    for source, group in [*sorted(by_source.items()), ("all", results)]:
        print(f"ranking.{source} workloads={len(group)} spearman={sum(r[0] for r in group) / len(group):.3f} "
              f"within_10_percent={sum(r[1] for r in group) / len(group):.3f}")
    for name, (pairs, right) in order_of_pairs(every).items():
        print(f"ranking.pairs {name} pairs={pairs} right={right:.3f}")
    figures = {"spearman": sum(r[0] for r in results) / len(results),
               "within_10_percent": sum(r[1] for r in results) / len(results)}
    below = [f"{name} is {figures[name]:.3f}, below {limit}" for name, limit in LIMITS.items() if figures[name] < limit]
    if arguments.check and below:
        sys.exit("ranking: " + "; ".join(below))


if __name__ == "__main__":
    main()
