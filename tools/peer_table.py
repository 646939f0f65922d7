#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The README's tables: what other tools say a token of KV cache takes, and the errors of our own predictions.

    tools/peer_table.py            print them
    tools/peer_table.py --write    put them into README.md
    tools/peer_table.py --check    exit status 1 when README.md shows others

The second is an extract of docs/accuracy.md, which bench/accuracy writes. The other tools' answers are in bench/reference/peer_outputs.csv, with each tool's commit and how it was run. Our own row is read from
what examples/recommend prints, which a test of its own compares: examples/recommend_why.expected and
examples/recommend_v2_lite.expected.
"""

import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = "bench/reference/peer_outputs.csv"
ACCURACY = "docs/accuracy.md"
END = "<!-- /table -->"
QUESTIONS = {"Q04": "examples/recommend_v2_lite.expected", "Q03": "examples/recommend_why.expected"}
TITLES = {"Q04": "DeepSeek-V2-Lite", "Q03": "DeepSeek-V3 / R1"}

# These were not asked for a serving estimate, or are the measurement itself.
NOT_AN_ESTIMATE = {"calculon", "DeepSpeed estimators", "Megatron-LM theoretical_memory_usage", "SimuMax", "llama.cpp itself (CPU backend)"}
GONE = re.compile(r"\(C\+\+ header\)$")  # abandoned by their authors
NO_ANSWER = ((re.compile(r"^ERROR: ValueError: .*not supported"), "refused"), (re.compile(r"^ERROR"), "crashed"),
             (re.compile(r"^not available"), "no such model"))

# What the README shows of docs/accuracy.md, in its words.
SHOWN = {
    "models.total_params": "parameters of a model",
    "quantized_sizes.bytes": "size of a quantised checkpoint",
    "serving_memory.weights": "weights on one rank",
    "serving_memory.kv_tokens_given_kv_bytes": "tokens in a cache of known size",
    "serving_memory.kv_tokens": "tokens that an engine has room for",
    "speed_serving.tpot": "time per output token, serving",
    "speed_serving.ttft": "time to first token, serving",
    "speed_serving.output_throughput": "output tokens a second, serving",
    "speed_single.generation": "tokens a second, one stream",
}


class Problem(Exception):
    """What has to be mended."""


def answers():
    """({question: true value}, [(peer, commit, {question: (text, relative error or None)})])."""
    truth, peers = {}, {}
    with open(ROOT / ANSWERS, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["question"] not in QUESTIONS:
                continue
            if row["peer"] == "REFERENCE":
                truth[row["question"]] = int(row["reference_value"])
                continue
            if row["peer"] in NOT_AN_ESTIMATE or GONE.search(row["peer"]):
                continue
            peers.setdefault((row["peer"], row["commit"]), {})[row["question"]] = row["output"]
    if set(truth) != set(QUESTIONS):
        raise Problem(f"{ANSWERS} has no reference value for {', '.join(set(QUESTIONS) - set(truth))}")
    rows = []
    for (peer, commit), given in peers.items():
        rows.append((peer, commit, {q: judge(given.get(q), truth[q]) for q in QUESTIONS}))
    # The best first: by the worse of the two errors, no answer after any answer.
    rows.sort(key=lambda row: (max(abs(e) if e is not None else 99 for _, e in row[2].values()), row[0].lower()))
    return truth, rows


def judge(output, true_value):
    """What the table shows of an answer, and its relative error if it is a number."""
    if output is None:
        return "not asked", None
    if match := re.match(r"(\d+) B/token", output):
        value = int(match[1])
        error = value / true_value - 1
        shown = 'exact' if value == true_value else f'{error:+.0%}' if abs(error) >= 0.005 else f'{error:+.2%}'
        return f"{value:,} ({shown})", error
    for pattern, said in NO_ANSWER:
        if pattern.match(output):
            return said, None
    raise Problem(f"{ANSWERS}: cannot read the answer '{output[:60]}'")


def own_answer(question):
    text = (ROOT / QUESTIONS[question]).read_text(encoding="utf-8")
    if not (match := re.search(r"([\d,]+) bytes a token", text)):
        raise Problem(f"{QUESTIONS[question]} says nothing of bytes a token")
    return int(match[1].replace(",", ""))


def table():
    truth, rows = answers()
    lines = ["| tool | " + " | ".join(TITLES[q] for q in QUESTIONS) + " |", "| --- | ---: | ---: |"]
    own = {q: own_answer(q) for q in QUESTIONS}
    for q, value in own.items():
        if value != truth[q]:
            raise Problem(f"{QUESTIONS[q]} says {value:,} bytes a token, the truth is {truth[q]:,}")
    lines.append("| **reckon** | " + " | ".join(f"**{own[q]:,}** (exact)" for q in QUESTIONS) + " |")
    for peer, commit, given in rows:
        version = re.sub(r"; HEAD.*", "", commit)
        lines.append(f"| {peer} {version} | " + " | ".join(given[q][0] for q in QUESTIONS) + " |")
    right = sum(all(e is not None and abs(e) < 0.0001 for _, e in given.values()) for _, _, given in rows)
    lines += ["", f"{len(rows)} tools, {right} of them right on both."]
    return "\n".join(lines)


def accuracy_table():
    """The chosen rows of docs/accuracy.md: what, how many, median and 90 % error."""
    path = ROOT / ACCURACY
    if not path.is_file():
        raise Problem(f"{ACCURACY} is missing; write it with: build/release/bench/accuracy --reference bench/reference --markdown {ACCURACY}")
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[0] in SHOWN and cells[0] not in found:
            found[cells[0]] = cells
    if missing := set(SHOWN) - set(found):
        raise Problem(f"{ACCURACY} says nothing of {', '.join(sorted(missing))}")
    lines = ["| prediction | measurements | median error | 90 % below |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {words} | {int(found[q][2]):,} | {found[q][3]} | {found[q][4]} |" for q, words in SHOWN.items()]
    return "\n".join(lines)


def with_table(text, source, made):
    """The page with the table between its two comments."""
    begin = f"<!-- table: {source} -->"
    if text.count(begin) != 1 or END not in text.split(begin)[1]:
        raise Problem(f"README.md needs one line '{begin}' and a line '{END}' after it")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{made}\n{END}{rest.split(END, 1)[1]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    try:
        tables = {ANSWERS: table(), ACCURACY: accuracy_table()}
        if not (options.write or options.check):
            print("\n\n".join(tables.values()))
            return 0
        page = ROOT / "README.md"
        text = wanted = page.read_text(encoding="utf-8")
        for source, made in tables.items():
            wanted = with_table(wanted, source, made)
        if options.write:
            page.write_text(wanted, encoding="utf-8")
        elif text != wanted:
            raise Problem("README.md shows other tables; run tools/peer_table.py --write")
    except Problem as problem:
        print(problem)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
