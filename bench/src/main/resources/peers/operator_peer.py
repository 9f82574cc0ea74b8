#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A computation that another program wrote down, through torch.compile (Inductor) or torch.jit.trace.

    operator_peer.py JOB.json --result RESULT.json

Job (JSON, version 2; files relative to it): mode ("compile", "eager" or "trace"), device (cpu or cuda[:n], where arrays are
before the clock starts, calls end with a wait and float32 is computed in float32), arrays (safetensors, float32; input first, then
weights), source (TorchScript, a function "forward" of all arrays in order), positions (of the flattened output that go
into the result), threads; to compile or call: warm_ups, runs, seconds (bound of the timed calls); to trace: traced and state
(files to be written).

Result: torch, values (output at the positions), millis (one per timed call), compile_seconds.
Exit codes: 0 done, 1 the run failed, 3 torch is missing.
"""

import argparse
import json
import mmap
import os
import struct
import sys
import time

# TorchScript finds these under torch, Python's torch keeps them elsewhere
ELSEWHERE = ["linear", "gelu", "scaled_dot_product_attention", "adaptive_avg_pool2d"]


def read_arrays(path, torch):
    """Name and tensor of each array, in the order of the file."""
    with open(path, "rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    (length,) = struct.unpack_from("<Q", whole, 0)
    header = json.loads(whole[8 : 8 + length])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"][0]):
        if entry["dtype"] != "F32":
            raise ValueError(f"array {name} has type {entry['dtype']}, not F32")
        begin, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(whole[8 + length + begin : 8 + length + end]), dtype=torch.float32)
        arrays[name] = values.reshape(entry["shape"])
    return arrays


def python_function(source, torch):
    """The source as a plain Python function, which Dynamo can follow."""
    for name in ELSEWHERE:
        source = source.replace(f"torch.{name}(", f"torch._C._nn.{name}(")
    scope = {"torch": torch}
    exec(compile(source, "forward", "exec"), scope)  # the source is our own
    return scope["forward"]


def run_calls(job, source, arrays, torch):
    plain = python_function(source, torch)
    compiled = torch.compile(plain) if job["mode"] == "compile" else plain
    place = torch.device(job.get("device", "cpu"))
    tensors = [array.to(place) for array in arrays.values()]
    function = compiled
    if place.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = True  # algorithms by measurement, as in our search

        def function(*given):
            result = compiled(*given)
            torch.cuda.synchronize(place)
            return result

    began = time.perf_counter()
    output = function(*tensors)
    compile_seconds = time.perf_counter() - began
    values = output.flatten()[torch.tensor(job["positions"], device=place)].tolist()
    del output
    began = time.perf_counter()
    for _ in range(job["warm_ups"]):
        function(*tensors)
        if time.perf_counter() - began > job["seconds"] / 2:
            break
    millis = []
    began = time.perf_counter()
    while not millis or (len(millis) < job["runs"] and time.perf_counter() - began < job["seconds"]):
        start = time.perf_counter()
        function(*tensors)
        millis.append(1e3 * (time.perf_counter() - start))
    return {"millis": millis, "values": values, "compile_seconds": compile_seconds}


def run_traced(job, folder, source, arrays, torch):
    function = python_function(source, torch)
    names = list(arrays)

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for index, name in enumerate(names[1:], start=1):
                self.register_buffer(f"p{index}", arrays[name])

        def forward(self, x):
            return function(x, *[getattr(self, f"p{index}") for index in range(1, len(names))])

    model = Model().eval()
    x = arrays[names[0]]
    began = time.perf_counter()
    traced = torch.jit.trace(model, x)
    seconds = time.perf_counter() - began
    output = traced(x)
    traced.save(os.path.join(folder, job["traced"]))
    info = {"source": source, "arguments": names, "torch": torch.__version__}
    torch.save({"state": model.state_dict(), "info": info}, os.path.join(folder, job["state"]))
    values = output.flatten()[torch.tensor(job["positions"], dtype=torch.long)].tolist()
    return {"millis": [], "values": values, "compile_seconds": seconds}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("--result", required=True)
    arguments = parser.parse_args()
    try:
        import torch
    except ImportError as missing:
        print(f"torch is missing: {missing}", file=sys.stderr)
        return 3
    with open(arguments.job, encoding="utf-8") as file:
        job = json.load(file)
    if job.get("version") != 2:
        print(f"job version {job.get('version')} is not 2", file=sys.stderr)
        return 1
    torch.set_num_threads(job["threads"])
    folder = os.path.dirname(os.path.abspath(arguments.job))
    arrays = read_arrays(os.path.join(folder, job["arrays"]), torch)
    with open(os.path.join(folder, job["source"]), encoding="utf-8") as file:
        source = file.read()
    with torch.no_grad():
        if job["mode"] == "trace":
            result = run_traced(job, folder, source, arrays, torch)
        else:
            result = run_calls(job, source, arrays, torch)
    result["torch"] = torch.__version__
    with open(arguments.result, "w", encoding="utf-8") as file:
        json.dump(result, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
