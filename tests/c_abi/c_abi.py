#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The C interface through ctypes, as any language without C++ would use it, beside what the C++ programs print.

    c_abi.py LIBRARY --checkout DIR
"""

import argparse
import ctypes
import json
import re
import sys
import threading
from pathlib import Path

OK, MORE_BYTES, TOO_SMALL = 0, 11, 12


class Refused(Exception):
    """A code and a sentence."""


class Reckon:
    """A whole binding: what a host language needs to write."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.reckon_c_version.restype = ctypes.c_char_p
        self.library.reckon_status_name.restype = ctypes.c_char_p
        self.library.reckon_model_size.restype = ctypes.c_size_t
        text, size = ctypes.c_char_p, ctypes.c_size_t
        out = [text, size, ctypes.POINTER(size)]
        for name in ("memory", "largest", "speed", "why_not", "recommend"):
            getattr(self.library, f"reckon_{name}").argtypes = [ctypes.c_void_p, text, size, *out]
        for name in ("name", "config", "gguf"):
            getattr(self.library, f"reckon_model_of_{name}").argtypes = [text, size, ctypes.c_void_p, size, *out]

    def call(self, function, *arguments):
        capacity = 256 # small, so that growing is part of the test
        while True:
            answer, size = ctypes.create_string_buffer(capacity), ctypes.c_size_t()
            status = getattr(self.library, function)(*arguments, answer, capacity, ctypes.byref(size))
            if status == TOO_SMALL and size.value >= capacity:
                capacity = size.value + 1
                continue
            text = answer.value.decode("utf-8")
            if status != OK:
                raise Refused(status, text)
            return json.loads(text)

    def ask(self, what, question, model=None):
        text = json.dumps(question).encode()
        return self.call(f"reckon_{what}", model, text, len(text))

    def model(self, how, data):
        model = ctypes.create_string_buffer(self.library.reckon_model_size())
        return model, self.call(f"reckon_model_of_{how}", data, len(data), model, len(model))


def check_readme(reckon, root):
    """The README's deployment gives the README's figures."""
    question = {"deployment": {"name": "r1-prod", "model": "deepseek-r1", "accelerator": "h200-sxm", "layout": {"data": 8, "expert": 8},
                               "weights": "fp8-block128", "max_context": 32768, "concurrency": 64}}
    memory, speed = reckon.ask("memory", question), reckon.ask("speed", question)
    printed = (root / "examples/first_estimate.expected").read_text(encoding="utf-8")
    for label, value, pattern in (("weights", memory["weights_bytes"] / 1e9, r"weights +([\d.]+) GB"),
                                  ("KV cache", memory["kv_cache_bytes"] / 1e9, r"KV cache +([\d.]+) GB"),
                                  ("budget", memory["budget_bytes"] / 1e9, r"of ([\d.]+) GB"),
                                  ("first token", speed["time_to_first_token_s"]["value"], r"first token +([\d.]+) s"),
                                  ("tokens", speed["output_tokens_per_second"]["value"], r"throughput +([\d.,]+) tokens/s")):
        shown = re.search(pattern, printed)[1].replace(",", "")
        decimals = len(shown.partition(".")[2])
        assert f"{value:.{decimals}f}" == shown, f"{label}: {value} here, {shown} in examples/first_estimate.expected"
    assert memory["fits"] and memory["headroom_bytes"] > 0
    parts = sum(memory[f"{part}_bytes"] for part in ("weights", "kv_cache", "activations", "runtime"))
    assert abs(parts - memory["needed_bytes"]) <= 4, (parts, memory)
    assert speed["output_tokens_per_second"]["low"] < speed["output_tokens_per_second"]["value"] < speed["output_tokens_per_second"]["high"]


def check_models(reckon, root):
    """Every published config.json is read, and a GGUF header, whole and cut."""
    read = 0
    for path in sorted((root / "tests/data/config").glob("*.json")):
        try:
            _, facts = reckon.model("config", path.read_bytes())
        except Refused as why:
            raise AssertionError(f"{path.name}: {why}") from why
        assert facts["active_parameters"] <= facts["parameters"] and facts["layers"] > 0, facts
        read += 1
    assert read > 20, f"only {read} configurations"
    whole = (root / "tests/data/weights/tiny-llama-q8_0.gguf").read_bytes()
    model, facts = reckon.model("gguf", whole)
    assert facts["parameters"] > 0, facts
    fits = reckon.ask("memory", {"command_line": "llama-server -m tiny.gguf -c 512", "accelerator": "rtx-4090"}, model)
    assert fits["fits"] and fits["weights_bytes"] < 1e9, fits
    try:
        reckon.model("gguf", whole[:100])
        raise AssertionError("a cut GGUF header is accepted")
    except Refused as why:
        assert why.args[0] == MORE_BYTES, why


def check_choice(reckon):
    plans = reckon.ask("recommend", {"model": "deepseek-r1", "context_tokens": 32768, "concurrency": 64,
                                     "accelerators": ["h200-sxm", "b200"], "most_plans": 2})["plans"]
    assert 1 <= len(plans) <= 2 and all(p["accelerator"] in ("h200-sxm", "b200") for p in plans), plans
    assert all(p["needed_bytes"] <= p["budget_bytes"] for p in plans), plans
    tight = {"command_line": "vllm serve Qwen/Qwen3-32B", "accelerator": "rtx-4090"}
    why = reckon.ask("why_not", {**tight, "most_gpus": 8})
    mending = [r for r in why["remedies"] if r["mends"]]
    assert not why["fits"] and any(r["change"] == "tensor parallelism" and r["value"] == 4 for r in mending), why
    assert not any(r["mends"] for r in reckon.ask("why_not", {**tight, "most_gpus": 2})["remedies"] if "parallelism" in r["change"])


def check_threads(reckon):
    question = {"command_line": "vllm serve openai/gpt-oss-120b -tp 2", "accelerator": "h100-sxm-80gb"}
    expected, wrong = reckon.ask("speed", question), []

    def work():
        for _ in range(50):
            if reckon.ask("speed", question) != expected:
                wrong.append(1)
    running = [threading.Thread(target=work) for _ in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert not wrong, f"{len(wrong)} answers differ between threads"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library")
    parser.add_argument("--checkout", type=Path, required=True)
    options = parser.parse_args()
    reckon = Reckon(options.library)
    header = (options.checkout / "include/reckon_c/reckon_c.h").read_text(encoding="utf-8")
    assert reckon.library.reckon_c_abi() == int(re.search(r"#define RECKON_C_ABI (\d+)", header)[1])
    version = (options.checkout / "include/reckon/version.hpp").read_text(encoding="utf-8")
    wanted = ".".join(re.search(rf"version_{part} = (\d+);", version)[1] for part in ("major", "minor", "patch"))
    assert reckon.library.reckon_c_version().decode() == wanted
    for name, value in re.findall(r"RECKON_([A-Z_]+) = (\d+)", header):
        said = reckon.library.reckon_status_name(int(value)).decode()
        assert said.split()[0] == name.lower().split("_")[0], (name, said)
    check_readme(reckon, options.checkout)
    check_models(reckon, options.checkout)
    check_choice(reckon)
    check_threads(reckon)
    print("the C interface works from Python")
    return 0


if __name__ == "__main__":
    sys.exit(main())
