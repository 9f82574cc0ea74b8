#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One operator through torch.compile (Inductor), on arrays that another program wrote.

    operator_peer.py JOB.json --result RESULT.json

Job (JSON, version 1): operator (MatMul, Convolution, ResidualBlock or Linear), arrays (name, dims, file of raw
little-endian float32 beside the job; input first, then weights), positions (of the flattened output that go into the
result), threads, warm_ups, runs, seconds (bound of the timed calls).

Result: torch, millis (one per call), values (output at the positions), compile_seconds.
Exit codes: 0 done, 1 the run failed, 3 torch is missing.
"""

import argparse
import array
import json
import os
import sys
import time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("--result", required=True)
    arguments = parser.parse_args()
    try:
        import torch
        import torch.nn.functional as functional
    except ImportError as missing:
        print(f"torch is missing: {missing}", file=sys.stderr)
        return 3
    with open(arguments.job, encoding="utf-8") as file:
        job = json.load(file)
    if job.get("version") != 1:
        print(f"job version {job.get('version')} is not 1", file=sys.stderr)
        return 1
    torch.set_num_threads(job["threads"])
    folder = os.path.dirname(os.path.abspath(arguments.job))
    tensors = []
    for one in job["arrays"]:
        values = array.array("f")
        with open(os.path.join(folder, one["file"]), "rb") as file:
            values.frombytes(file.read())
        if sys.byteorder == "big":
            values.byteswap()
        tensors.append(torch.frombuffer(values, dtype=torch.float32).reshape(one["dims"]).clone())

    def block(x, w1, g1, b1, m1, v1, w2, g2, b2, m2, v2):
        hidden = functional.conv2d(x, w1, padding=1)
        hidden = functional.relu(functional.batch_norm(hidden, m1, v1, g1, b1, False, 0.1, 1e-5))
        second = functional.conv2d(hidden, w2, padding=1)
        return functional.relu(functional.batch_norm(second, m2, v2, g2, b2, False, 0.1, 1e-5) + x)

    operators = {
        "MatMul": torch.matmul,
        "Convolution": lambda x, w, b: functional.conv2d(x, w, b, padding=1),
        "ResidualBlock": block,
        "Linear": functional.linear,
    }
    compiled = torch.compile(operators[job["operator"]])
    with torch.no_grad():
        began = time.perf_counter()
        output = compiled(*tensors)
        compile_seconds = time.perf_counter() - began
        values = output.flatten()[torch.tensor(job["positions"])].tolist()
        del output
        began = time.perf_counter()
        for _ in range(job["warm_ups"]):
            compiled(*tensors)
            if time.perf_counter() - began > job["seconds"] / 2:
                break
        millis = []
        began = time.perf_counter()
        while not millis or (len(millis) < job["runs"] and time.perf_counter() - began < job["seconds"]):
            start = time.perf_counter()
            compiled(*tensors)
            millis.append(1e3 * (time.perf_counter() - start))
    result = {"torch": torch.__version__, "millis": millis, "values": values, "compile_seconds": compile_seconds}
    with open(arguments.result, "w", encoding="utf-8") as file:
        json.dump(result, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
