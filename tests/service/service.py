#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Starts the HTTP service on a free port and asks it everything that its description promises.

    service.py PROGRAM

Every example of /openapi.json is sent, and every answer held to its schema: what is required is there, what is there is
described, and has the type that is said. Exit status 0 when all of it behaves, 1 when it does not.
"""

import concurrent.futures
import json
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

R1 = {"command_line": "vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 --max-model-len 32768",
      "accelerator": "h200-sxm", "concurrency": 16}

# (method, path, body, status, code, part of the sentence)
REFUSED = [
    ("GET", "/nothing", None, 404, "unknown_name", "'/nothing'; /openapi.json says what there is."),
    ("GET", "/memory", None, 405, "unsupported", "use POST."),
    ("DELETE", "/models", None, 405, "unsupported", "use GET."),
    ("GET", "/models/deepseek-r9", None, 404, "unknown_name", "the nearest names are deepseek-r1"),
    ("GET", "/gpus/h2000", None, 404, "unknown_name", "no accelerator is called 'h2000'"),
    ("POST", "/memory", b"", 400, "malformed", "there is nothing in it"),
    ("POST", "/memory", b"{", 400, "malformed", "the JSON ends too early"),
    ("POST", "/memory", b"\xff\xfe", 400, "malformed", "is not UTF-8"),
    ("POST", "/memory", b"[" * 100_000, 400, "malformed", "nested deeper"),
    ("POST", "/memory", b"[]", 422, "wrong_type", "not an object"),
    ("POST", "/memory", {}, 422, "missing_field", "\"command_line\" is missing"),
    ("POST", "/memory", {**R1, "concurency": 3}, 422, "unknown_name", "\"concurency\" is no field"),
    ("POST", "/memory", {**R1, "concurrency": 0}, 422, "out_of_range", "must be a whole number from 1 to"),
    ("POST", "/memory", {**R1, "concurrency": "many"}, 422, "wrong_type", "\"many\""),
    ("POST", "/speed", {**R1, "accelerator": "h2000"}, 422, "unknown_name", "'h2000'"),
    ("POST", "/speed", {**R1, "command_line": "vllm serve Qwen/Qwen3-8B --tp-sise 2"}, 422, "unknown_name", "--tp-sise"),
    ("POST", "/speed", {**R1, "command_line": "vllm serve Qwen/Qwen3-8B -tp 3"}, 422, "indivisible_layout", "3"),
    ("POST", "/config", {"model_type": "unheard-of"}, 422, "unsupported", "unheard-of"),
    ("POST", "/recommend", {"model": "qwen3-8b", "context_tokens": 4096}, 422, "contradiction", "neither a concurrency"),
    ("POST", "/recommend", {"model": "qwen3-8b", "context_tokens": 4096, "concurrency": 1, "max_gpus": 2000}, 422,
     "out_of_range", "from 1 to 1024"),
    ("POST", "/admission", {"kind": "Pod"}, 422, "wrong_type", "no AdmissionReview"),
    ("POST", "/admission", {"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview"}, 422, "unsupported",
     "register the webhook with that version"),
    ("POST", "/memory", b" " * (2 << 20), 413, "out_of_range", "larger than 1 MiB"),
    ("GET", "/" + "x" * 7000, None, 404, "unknown_name", "there is nothing at"),
    ("GET", "/" + "x" * 9000, None, 414, "out_of_range", "too long"),
]


class Wrong(Exception):
    pass


def demand(condition, what):
    if not condition:
        raise Wrong(what)


class Service:
    """The program, listening, until the end of the block."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, "--port", "0", *options], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        demand(line[:2] == ["listening", "at"], f"the service says {line}")
        self.address = line[2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)

    def ask(self, method, path, body=None):
        """(status, media type, text)"""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        unverified = ssl._create_unverified_context() if self.address.startswith("https") else None
        try:
            with urllib.request.urlopen(request, timeout=60, context=unverified) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers.get_content_type(), answer.read().decode()

    def answer(self, method, path, body=None):
        status, media, text = self.ask(method, path, body)
        demand(status == 200 and media == "application/json", f"{method} {path}: {status} {media}\n{text}")
        return json.loads(text)


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
         "null": type(None)}


def hold(value, schema, whole, where):
    """Raises Wrong where a value is not as its schema says."""
    while "$ref" in schema:
        target = whole
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    wanted = schema.get("type")
    if wanted is not None:
        allowed = [wanted] if isinstance(wanted, str) else wanted
        right = any(isinstance(value, TYPES[t]) and (t == "boolean" or not isinstance(value, bool)) for t in allowed)
        demand(right, f"{where} is {value!r}, not of type {wanted}")
    if "enum" in schema:
        demand(value in schema["enum"], f"{where} is {value!r}, none of {schema['enum']}")
    if isinstance(value, dict):
        for name in schema.get("required", []):
            demand(name in value, f"{where} has no {name}")
        if "properties" in schema:
            for name, inner in value.items():
                demand(name in schema["properties"], f"{where}.{name} is not described")
                hold(inner, schema["properties"][name], whole, f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for i, inner in enumerate(value):
            hold(inner, schema["items"], whole, f"{where}[{i}]")


def resolved(part, whole):
    if "$ref" not in part:
        return part
    for step in part["$ref"].removeprefix("#/").split("/"):
        whole = whole[step]
    return whole


def questions(description):
    """(method, path, body, schema of the answer) of every example."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            asked = path
            for parameter in (resolved(p, description) for p in operation.get("parameters", [])):
                demand("example" in parameter, f"{path}: {parameter['name']} has no example")
                if parameter["in"] == "path":
                    asked = asked.replace("{%s}" % parameter["name"], parameter["example"])
                else:
                    asked += f"?{parameter['name']}={parameter['example']}"
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            body = resolved(operation.get("requestBody", {}), description)
            if not body:
                yield method.upper(), asked, None, schema
                continue
            content = body["content"]["application/json"]
            examples = [content["example"]] if "example" in content else [e["value"] for e in content["examples"].values()]
            for example in examples:
                hold(example, content["schema"], description, f"{path} example")
                yield method.upper(), asked, example, schema


def check_description(service):
    description = service.answer("GET", "/openapi.json")
    demand(description["openapi"].startswith("3.1"), "the description is not OpenAPI 3.1")
    demand(description["info"]["version"] == service.answer("GET", "/version")["version"],
           "the description is of another version than the service")
    asked = list(questions(description))
    demand({q[1].split("?")[0] for q in asked} >= {"/memory", "/speed", "/recommend", "/preflight"}, "paths are missing")
    for method, path, body, schema in asked:
        hold(service.answer(method, path, body), schema, description, path)
    return description, asked


def check_figures(service):
    """A few that are known from elsewhere."""
    r1 = service.answer("GET", "/models/deepseek-ai%2FDeepSeek-R1")
    demand(r1["cache_bytes_per_token"] == 70272 and r1["parameters"] == 671_026_419_200, f"DeepSeek-R1: {r1}")
    demand(service.answer("GET", "/gpus/h200-sxm")["memory_bytes"] == 141_000_000_000, "an H200 has 141 GB")
    found = service.answer("GET", "/models?contains=deepseek-r1")["models"]
    demand("deepseek-r1" in found and all("deepseek-r1" in name for name in found), f"/models: {found}")
    memory = service.answer("POST", "/memory", R1)
    parts = sum(memory[f"{part}_bytes"] for part in ("weights", "kv_cache", "activations", "runtime"))
    demand(memory["fits"] and abs(parts - memory["needed_bytes"]) <= 4, f"the parts of /memory do not add up: {memory}")
    largest = service.answer("POST", "/largest", R1)
    demand(service.answer("POST", "/memory", {**R1, "concurrency": largest["concurrency"]})["fits"]
           and not service.answer("POST", "/memory", {**R1, "concurrency": largest["concurrency"] + 1})["fits"],
           "/largest is not the edge of /memory")


def check_refusals(service, description):
    error = description["components"]["schemas"]["error"]
    for method, path, body, status, code, part in REFUSED:
        told, media, text = service.ask(method, path, body)
        shown = f"{method} {path[:40]} {str(body)[:60]}"
        demand(told == status and media == "application/json", f"{shown}: {told} {media}, not {status}\n{text[:400]}")
        answer = json.loads(text)
        hold(answer, error, description, shown)
        demand(answer["code"] == code and part in answer["error"], f"{shown}: {text}, not {code}: {part}")
    demand(service.ask("HEAD", "/version")[0] == 200, "HEAD is refused")


def check_threads(service, asked):
    """Many at once get what each alone gets."""
    alone = [service.ask(*q[:3])[2] for q in asked]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(4):
            together = list(pool.map(lambda q: service.ask(*q[:3])[2], asked))
            demand(together == alone, "asked at the same time, the service answers something else")


def check_start(program):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([program, "--port", port], capture_output=True, text=True, timeout=30, check=False)
        demand(done.returncode == 1 and "cannot be listened at" in done.stderr, f"a port that is taken: {done}")
    for options, said in ((["--port", "70000"], "--port"), (["--key", "x"], "--certificate and --key"),
                          (["--certificate", "/nowhere", "--key", "/nowhere"], "cannot be read")):
        done = subprocess.run([program, *options], capture_output=True, text=True, timeout=30, check=False)
        demand(done.returncode == 2 and said in done.stderr, f"{options}: {done}")


def check_https(program):
    if not shutil.which("openssl"):
        print("HTTPS is not asked: there is no openssl here to make a certificate")
        return
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        with Service(program, "--certificate", str(certificate), "--key", str(key)) as secure:
            demand(secure.address.startswith("https://"), secure.address)
            demand(secure.answer("GET", "/version")["models"] > 0, "nothing comes over HTTPS")


def main():
    program = sys.argv[1]
    try:
        with Service(program) as service:
            description, asked = check_description(service)
            check_figures(service)
            check_refusals(service, description)
            check_threads(service, asked)
            demand(service.process.poll() is None, "the service has ended")
        check_start(program)
        check_https(program)
    except Wrong as why:
        print(why)
        return 1
    print(f"{len(asked)} questions of the description and {len(REFUSED)} refusals are answered as promised")
    return 0


if __name__ == "__main__":
    sys.exit(main())
