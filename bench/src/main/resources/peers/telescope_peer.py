#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The telescope's measurement operator by PyTorch, timed case by case on objects that another program wrote.

    telescope_peer.py JOB.json --result RESULT.json
    telescope_peer.py --probe DEVICE

Job (JSON, version 1): device (cpu or cuda:N), mode (eager, lean or compile), threads, object_size, objects (file of raw
little-endian float32 beside the job, the different objects one after the other), seconds (bound of the timed calls of a row),
longest_call (a row whose call would take longer is left out), cases: image_size, batch, part (images that go together; the
batch is so many equal parts), mask and gradient (files), checked objects, positions and object_positions.

Modes: eager is the textbook's centred transforms, shifts and all; lean folds the inner shifts into the mask and shifts the
real amplitudes only; compile is torch.compile of eager, with CUDA graphs where the device has them. Single precision is pinned.

Result: torch, description, rows: case, direction, millis (of one call, sample by sample), calls, values, or a reason.
Exit codes: 0 done, 1 the run failed, 3 torch or the device is missing.
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


class Bench:
    def __init__(self, torch, job, folder):
        self.torch, self.job, self.folder = torch, job, folder
        self.device = torch.device(job["device"])
        size = job["object_size"]
        self.objects = torch.tensor(floats(os.path.join(folder, job["objects"]))).reshape(-1, size, size)
        self.seen = {}

    def load(self, name, edge):
        return self.torch.tensor(floats(os.path.join(self.folder, name))).reshape(edge, edge).to(self.device)

    def finish(self):
        if self.device.type == "cuda":
            self.torch.cuda.synchronize()

    def seconds(self, call, calls):
        before = time.perf_counter()
        for _ in range(calls):
            call()
        self.finish()
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
            except self.torch.OutOfMemoryError as full:
                row["reason"] = "out of memory: " + str(full).splitlines()[0]
                if self.device.type == "cuda":
                    self.torch.cuda.empty_cache()
            except Exception as failure:  # one row more or less: the others go on
                row["reason"] = f"{type(failure).__name__}: {(str(failure).splitlines() or ['?'])[0]}"
            yield row

    def time(self, case, direction, row):
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
        result = [None]
        if direction == "forward":
            def call():
                with torch.no_grad():
                    for _ in range(parts):
                        result[0] = forward(objects)
        else:
            objects.requires_grad_(True)
            gradient = self.load(case["gradient_file"], edge).expand(part, edge, edge).contiguous()

            def call():
                for _ in range(parts):
                    (result[0],) = torch.autograd.grad(forward(objects), objects, gradient)
        self.measure(call, row)
        positions = case["positions"] if direction == "forward" else case["object_positions"]
        found = result[0].detach().reshape(part, -1).cpu()
        row["values"] = [[float(found[i, position]) for position in positions] for i in case["checked"]]

    def measure(self, call, row):
        began, fastest, calls = time.perf_counter(), math.inf, 0
        call()
        self.finish()  # compiled by now
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


def describe(torch, device):
    name = torch.cuda.get_device_name(torch.device(device)) if device.startswith("cuda") else "CPU"
    return f"Python {sys.version.split()[0]}, torch {torch.__version__}, {name}, {torch.get_num_threads()} threads"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job", nargs="?")
    parser.add_argument("--result")
    parser.add_argument("--probe", metavar="DEVICE")
    arguments = parser.parse_args()
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
    torch = import_torch(job["device"])
    torch.set_num_threads(job["threads"])
    bench = Bench(torch, job, os.path.dirname(os.path.abspath(arguments.job)))
    rows = [row for case in job["cases"] for row in bench.rows(case)]
    document = {"version": 1, "description": describe(torch, job["device"]), "rows": rows}
    partial = arguments.result + ".part"
    with open(partial, "w", encoding="utf-8") as file:
        json.dump(document, file)
    os.replace(partial, arguments.result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
