#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The telescope's measurement operator by PyTorch or JAX, timed case by case on objects that another program wrote.

    telescope_peer.py JOB.json --result RESULT.json
    telescope_peer.py --probe DEVICE [--library jax]

Job (JSON, version 1): device (cpu or cuda:N), mode (eager, lean, compile or jax), threads, object_size, objects (file of raw
little-endian float32 beside the job, the different objects one after the other), seconds (bound of the timed calls of a row),
longest_call (a row whose call would take longer is left out), cases: image_size, batch, part (images that go together; the
batch is so many equal parts), mask and gradient (files), checked objects, positions and object_positions.

Modes: eager is the textbook's centred transforms, shifts and all; lean folds the inner shifts into the mask and shifts the
real amplitudes only; compile is torch.compile of eager, with CUDA graphs where the device has them; jax is eager's formula
under jax.jit, the adjoint by jax.vjp in one program with the forward pass. Single precision is pinned everywhere (TF32 off,
JAX's products at HIGHEST).

Result: description, rows: case, direction, millis (of one call, sample by sample), calls, values, or a reason.
Exit codes: 0 done, 1 the run failed, 3 torch, jax or the device is missing.
"""

import argparse
import array
import json
import math
import os
import sys
import time

SHORTEST_SAMPLE = 2e-3
WARM_UP = 0.3
MOST_SAMPLES = 200


def import_torch(device):
    try:
        import torch
    except ImportError as missing:
        print(f"torch is missing: {missing}", file=sys.stderr)
        sys.exit(3)
    if device.startswith("cuda") and not torch.cuda.is_available():
        print("torch sees no CUDA device", file=sys.stderr)
        sys.exit(3)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.set_float32_matmul_precision("highest")
    return torch


def import_jax(device, threads=None):
    if threads is not None and device == "cpu" and hasattr(os, "sched_setaffinity"):
        # XLA has no thread count of its own: it takes as many as there are processors to run on.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    try:
        import jax
    except ImportError as missing:
        print(f"jax is missing: {missing}", file=sys.stderr)
        sys.exit(3)
    jax.config.update("jax_default_matmul_precision", "highest")
    try:
        jax_device(jax, device)
    except (RuntimeError, IndexError) as absent:
        print(f"jax {jax.__version__} has no {device}: {(str(absent).splitlines() or ['?'])[0]}", file=sys.stderr)
        sys.exit(3)
    return jax


def jax_device(jax, device):
    platform, _, number = device.partition(":")
    return jax.devices(platform)[int(number or 0)]


def floats(path):
    values = array.array("f")
    with open(path, "rb") as file:
        values.frombytes(file.read())
    if sys.byteorder == "big":
        values.byteswap()
    return values


class Telescope:
    """Objects to detector amplitudes through one mask, both orthonormal transforms forward, both axes reversed."""

    def __init__(self, torch, mode, mask, object_size):
        self.torch = torch
        self.edge = mask.shape[-1]
        before = (self.edge - object_size) // 2
        after = self.edge - object_size - before
        self.padding = (before, after, before, after)
        self.mask = torch.fft.ifftshift(mask) if mode == "lean" else mask

    def textbook(self, objects):
        fft, plane = self.torch.fft, (-2, -1)
        field = self.torch.nn.functional.pad(objects, self.padding)
        spectrum = fft.fftshift(fft.fft2(fft.ifftshift(field, plane), norm="ortho"), plane)
        field = fft.fftshift(fft.fft2(fft.ifftshift(self.mask * spectrum, plane), norm="ortho"), plane)
        return field.abs().flip(-2, -1)

    def lean(self, objects):
        fft, plane = self.torch.fft, (-2, -1)
        field = fft.ifftshift(self.torch.nn.functional.pad(objects, self.padding), plane)
        amplitudes = fft.fft2(fft.fft2(field, norm="ortho") * self.mask, norm="ortho").abs()
        return fft.fftshift(amplitudes, plane).flip(-2, -1)


class TorchOperator:
    """One case by PyTorch: calls that leave their result, and how to wait for them and read it."""

    def __init__(self, torch, job, folder):
        self.torch, self.job, self.folder = torch, job, folder
        self.device = torch.device(job["device"])
        size = job["object_size"]
        self.objects = torch.tensor(floats(os.path.join(folder, job["objects"]))).reshape(-1, size, size)
        self.full = getattr(torch, "OutOfMemoryError", torch.cuda.OutOfMemoryError)

    def load(self, name, edge):
        return self.torch.tensor(floats(os.path.join(self.folder, name))).reshape(edge, edge).to(self.device)

    def finish(self, _):
        if self.device.type == "cuda":
            self.torch.cuda.synchronize()

    def give_back(self):
        if self.device.type == "cuda":
            self.torch.cuda.empty_cache()

    def prepare(self, case, direction):
        torch, mode, edge, part = self.torch, self.job["mode"], case["image_size"], case["part"]
        telescope = Telescope(torch, mode, self.load(case["mask_file"], edge), self.job["object_size"])
        forward = telescope.lean if mode == "lean" else telescope.textbook
        if mode == "compile":
            torch._dynamo.reset()
            options = {"mode": "reduce-overhead"} if self.device.type == "cuda" else {}
            forward = torch.compile(forward, **options)
        count = self.objects.shape[0]
        objects = self.objects[[i % count for i in range(part)]].to(self.device)
        parts = case["batch"] // part
        if direction == "forward":
            def call():
                with torch.no_grad():
                    for _ in range(parts):
                        result = forward(objects)
                return result
        else:
            objects.requires_grad_(True)
            gradient = self.load(case["gradient_file"], edge).expand(part, edge, edge).contiguous()

            def call():
                for _ in range(parts):
                    (result,) = torch.autograd.grad(forward(objects), objects, gradient)
                return result
        return call

    def values(self, result, part, checked, positions):
        found = result.detach().reshape(part, -1).cpu()
        return [[float(found[i, position]) for position in positions] for i in checked]


class JaxOperator:
    """The same by JAX; everything that varies is an argument of the program, so that nothing is folded away."""

    def __init__(self, jax, job, folder):
        import numpy

        self.jax, self.numpy, self.job, self.folder = jax, numpy, job, folder
        self.device = jax_device(jax, job["device"])
        size = job["object_size"]
        self.objects = self.array(job["objects"]).reshape(-1, size, size)
        self.full = jax.errors.JaxRuntimeError if hasattr(jax.errors, "JaxRuntimeError") else MemoryError

    def array(self, name):
        return self.numpy.array(floats(os.path.join(self.folder, name)), dtype=self.numpy.float32)

    def load(self, name, edge):
        return self.jax.device_put(self.array(name).reshape(edge, edge), self.device)

    def finish(self, result):
        self.jax.block_until_ready(result)

    def give_back(self):
        self.jax.clear_caches()

    def prepare(self, case, direction):
        jax, edge, part, size = self.jax, case["image_size"], case["part"], self.job["object_size"]
        numbers, plane, before = jax.numpy, (-2, -1), (case["image_size"] - self.job["object_size"]) // 2
        after = edge - size - before

        def forward(objects, mask):
            fft = numbers.fft
            field = numbers.pad(objects, ((0, 0), (before, after), (before, after)))
            spectrum = fft.fftshift(fft.fft2(fft.ifftshift(field, plane), norm="ortho"), plane)
            field = fft.fftshift(fft.fft2(fft.ifftshift(mask * spectrum, plane), norm="ortho"), plane)
            return numbers.flip(numbers.abs(field), plane)

        def adjoint(objects, mask, gradient):
            _, pull = jax.vjp(lambda some: forward(some, mask), objects)
            return pull(gradient)[0]

        count = self.objects.shape[0]
        objects = jax.device_put(self.objects[[i % count for i in range(part)]], self.device)
        arguments = [objects, self.load(case["mask_file"], edge)]
        if direction != "forward":
            gradient = self.load(case["gradient_file"], edge)
            arguments.append(numbers.broadcast_to(gradient, (part, edge, edge)))
        program = jax.jit(forward if direction == "forward" else adjoint)
        parts = case["batch"] // part

        def call():
            for _ in range(parts):
                result = program(*arguments)
                if self.device.platform == "cpu":
                    result.block_until_ready()  # or calls would run beside each other
            return result

        return call

    def values(self, result, part, checked, positions):
        found = self.numpy.asarray(result).reshape(part, -1)
        return [[float(found[i, position]) for position in positions] for i in checked]


class Bench:
    """Times cases one after the other."""

    def __init__(self, operator, job):
        self.operator, self.job = operator, job
        self.seen = {}

    def seconds(self, call, calls):
        before = time.perf_counter()
        for _ in range(calls):
            result = call()
        self.operator.finish(result)
        return (time.perf_counter() - before) / calls

    def rows(self, case):
        for direction in ("forward", "forward+adjoint"):
            key = (case["image_size"], case["mask"], direction)
            row = {"case": case["index"], "direction": direction, "millis": [], "calls": 1, "values": []}
            if key in self.seen:
                batch, seconds = self.seen[key]
                if seconds * case["batch"] / batch > self.job["longest_call"]:
                    row["reason"] = (f"left out: batch {batch} took {seconds:.3g} s, so this one would take more than"
                                     f" --longest-call {self.job['longest_call']:.3g} s")
                    yield row
                    continue
            try:
                self.time(case, direction, row)
                self.seen[key] = (case["batch"], min(row["millis"]) * 1e-3)
            except Exception as failure:  # one row more or less: the others go on
                text = (str(failure).splitlines() or ["?"])[0]
                full = isinstance(failure, self.operator.full) and "memory" in str(failure).lower()
                row["reason"] = f"out of memory: {text}" if full else f"{type(failure).__name__}: {text}"
                if full:
                    self.operator.give_back()
            yield row

    def time(self, case, direction, row):
        call = self.operator.prepare(case, direction)
        result = self.measure(call, row)
        positions = case["positions"] if direction == "forward" else case["object_positions"]
        row["values"] = self.operator.values(result, case["part"], case["checked"], positions)

    def measure(self, call, row):
        fastest, calls = math.inf, 0
        self.operator.finish(call())  # compiled by now
        began = time.perf_counter()
        while calls < 3 or time.perf_counter() - began < min(WARM_UP, self.job["seconds"]):
            fastest = min(fastest, self.seconds(call, 1))
            calls += 1
        row["calls"] = max(1, min(1000, math.ceil(SHORTEST_SAMPLE / fastest)))
        began = time.perf_counter()
        while not row["millis"] or (
            len(row["millis"]) < MOST_SAMPLES and time.perf_counter() - began < self.job["seconds"]
        ):
            row["millis"].append(1e3 * self.seconds(call, row["calls"]))
        return call()


def describe(torch, device):
    name = torch.cuda.get_device_name(torch.device(device)) if device.startswith("cuda") else "CPU"
    return f"Python {sys.version.split()[0]}, torch {torch.__version__}, {name}, {torch.get_num_threads()} threads"


def describe_jax(jax, device):
    kind = jax_device(jax, device).device_kind
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"Python {sys.version.split()[0]}, jax {jax.__version__}, {kind}, {cores} processors to run on"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job", nargs="?")
    parser.add_argument("--result")
    parser.add_argument("--probe", metavar="DEVICE")
    parser.add_argument("--library", choices=("torch", "jax"), default="torch", help="what --probe asks for")
    arguments = parser.parse_args()
    if arguments.probe and arguments.library == "jax":
        print(describe_jax(import_jax(arguments.probe), arguments.probe))
        return 0
    if arguments.probe:
        torch = import_torch(arguments.probe)
        print(describe(torch, arguments.probe))
        return 0
    if not arguments.job or not arguments.result:
        parser.error("a job and --result are needed")
    with open(arguments.job, encoding="utf-8") as file:
        job = json.load(file)
    if job.get("version") != 1:
        print(f"job version {job.get('version')} is not 1", file=sys.stderr)
        return 1
    folder = os.path.dirname(os.path.abspath(arguments.job))
    if job["mode"] == "jax":
        jax = import_jax(job["device"], job["threads"])
        operator, description = JaxOperator(jax, job, folder), describe_jax(jax, job["device"])
    else:
        torch = import_torch(job["device"])
        torch.set_num_threads(job["threads"])
        operator, description = TorchOperator(torch, job, folder), describe(torch, job["device"])
    bench = Bench(operator, job)
    rows = [row for case in job["cases"] for row in bench.rows(case)]
    document = {"version": 1, "description": description, "rows": rows}
    partial = arguments.result + ".part"
    with open(partial, "w", encoding="utf-8") as file:
        json.dump(document, file)
    os.replace(partial, arguments.result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
