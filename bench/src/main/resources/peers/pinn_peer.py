#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fine-tunes a low-rank physics-informed network in torch, as the original does: a yardstick.

    pinn_peer.py JOB.json --result RESULT.json     train and write the timings
    pinn_peer.py JOB.json --check                  validate the job; needs no torch
    pinn_peer.py --probe                           print the versions of python and torch

An epoch is one step of AdamW over all points of all samples: forward for the data, forward again for the residual with
derivatives by autograd.grad(create_graph=True), forward for each end of x, backward. Only the network is compiled
(torch.compile, default mode), as in the original; in mode "eager" nothing is. Whether a compiled network can be differentiated twice depends on the
version of torch: where it cannot, torch's own message is the last line of the output.

Exit codes: 0 done, 1 the run failed, 2 bad arguments or bad job, 3 torch (or what the job needs of it) is missing.

Job (JSON, version 1); files are raw little-endian float32 named FIELD.f32 beside the job file:

    version, samples, points, width, epochs, warm_up, threads        whole numbers
    mode                            "eager" or "compile"
    device                          "cpu" or "cuda[:n]", where torch computes; in single precision everywhere, no TF32
    read_every                      steps between two readings of losses and clock, 1 or more; the device is waited for, and
                                    the time of a step is its share
    learning_rate, weight_decay, mean, scale
    second                          weights of u_xx and u_tt, two zeros for none
    edge_points                     points of an edge where the truth is asked for, 0 for none
    pairs, lower_x, upper_x         number of points whose fields at both ends of x are to be equal
    x, t, edges (points), pair_t (pairs), truth, source (samples * points)
    coefficients (samples * 6)      of u_t, u_x, u u_x, second, u, u^3
    columns, rows (3 * width^2), trainable (7 * width + 1)
"""

import argparse
import array
import json
import os
import platform
import re
import sys
import time

NUMBERS = ("learning_rate", "weight_decay", "mean", "scale", "lower_x", "upper_x")
COUNTS = ("version", "samples", "points", "width", "epochs", "warm_up", "threads", "edge_points", "pairs",
          "read_every")


class BadJob(Exception):
    """One sentence for the user."""


class MissingTorch(Exception):
    """One sentence for the user."""


def load_job(path):
    try:
        with open(path, encoding="utf-8") as stream:
            job = json.load(stream)
    except (OSError, ValueError) as error:
        raise BadJob(f"job {path} cannot be read: {error}") from error
    missing = sorted(set(NUMBERS + COUNTS + ("mode", "second", "device")) - set(job))
    if missing:
        raise BadJob(f"job {path}: missing fields {missing}")
    for name in COUNTS:
        if type(job[name]) is not int or job[name] < 0:
            raise BadJob(f"job field {name} must be a whole number of 0 or more: {job[name]!r}")
    if job["version"] != 1:
        raise BadJob(f"job version {job['version']} is not known: use 1")
    if job["mode"] not in ("eager", "compile"):
        raise BadJob(f"mode {job['mode']!r} is unknown: use eager or compile")
    if not re.fullmatch(r"cpu|cuda(:\d{1,3})?", str(job["device"])):
        raise BadJob(f"device {job['device']!r} is unknown: use cpu or cuda[:n]")
    if job["read_every"] < 1:
        raise BadJob("job field read_every must be 1 or more: 0")
    folder = os.path.dirname(os.path.abspath(path))
    points, samples, width = job["points"], job["samples"], job["width"]
    sizes = {
        "x": points, "t": points, "edges": points, "pair_t": job["pairs"],
        "truth": samples * points, "source": samples * points, "coefficients": 6 * samples,
        "columns": 3 * width * width, "rows": 3 * width * width, "trainable": 7 * width + 1,
    }
    arrays = {}
    for name, count in sizes.items():
        values = array.array("f")
        try:
            with open(os.path.join(folder, name + ".f32"), "rb") as stream:
                raw = stream.read()
        except OSError as error:
            raise BadJob(f"{name}.f32 cannot be read: {error}") from error
        if len(raw) != 4 * count:
            raise BadJob(f"{name}.f32 must hold {count} float32 values, it has {len(raw)} bytes")
        values.frombytes(raw)
        if sys.byteorder == "big":
            values.byteswap()
        arrays[name] = values
    return job, arrays


def import_torch():
    try:
        import torch
    except ImportError as error:
        raise MissingTorch(f"python {platform.python_version()} has no torch: {error}") from error
    return torch


def device_of(torch, word):
    """The device of that name, which is there."""
    device = torch.device(word)
    if device.type == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if (device.index or 0) >= count:
            raise MissingTorch(f"torch {torch.__version__} sees {count} CUDA devices, no {word}")
    return device


def network_of(torch, job, arrays):
    width = job["width"]

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            flat = torch.tensor(arrays["trainable"])
            parts = torch.split(flat, [2 * width, width, width, width, width, width, 1])
            shapes = [(2, width), (width,), (width,), (width,), (width,), (width, 1), (1,)]
            self.trained = torch.nn.ParameterList(
                torch.nn.Parameter(part.clone().reshape(shape)) for part, shape in zip(parts, shapes))
            self.register_buffer("columns", torch.tensor(arrays["columns"]).reshape(3, width, width))
            self.register_buffer("rows", torch.tensor(arrays["rows"]).reshape(3, width, width))

        def forward(self, x, t):
            start, bias, *alphas, end, end_bias = self.trained
            hidden = torch.tanh(torch.addmm(bias, torch.cat([x, t], 1), start))
            for layer, alpha in enumerate(alphas):
                square = torch.mm(torch.mm(self.columns[layer], torch.diag(alpha)), self.rows[layer])
                hidden = torch.tanh(torch.mm(hidden, square))
            return torch.addmm(end_bias, hidden, end)

    return Network()


class Training:
    """One training under way."""

    def __init__(self, torch, job, arrays, device):
        self.torch, self.job = torch, job
        samples, points = job["samples"], job["points"]

        def column(name, copies=1):
            return torch.tensor(arrays[name], device=device).repeat(copies).reshape(-1, 1)

        self.x = column("x", samples).requires_grad_(True)
        self.t = column("t", samples).requires_grad_(True)
        self.truth, self.source = column("truth"), column("source")
        self.edges = column("edges", samples)
        table = torch.tensor(arrays["coefficients"], device=device).reshape(samples, 6)
        self.terms = [
            table[:, i].repeat_interleave(points).reshape(-1, 1) if bool((table[:, i] != 0).any()) else None
            for i in range(6)
        ]
        self.pair_t = column("pair_t", samples)
        self.network = network_of(torch, job, arrays).to(device)
        self.model = torch.compile(self.network, mode="default") if job["mode"] == "compile" else self.network
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=job["learning_rate"], weight_decay=job["weight_decay"])

    def physical(self, field):
        return field * self.job["scale"] + self.job["mean"]

    def derivative(self, field, *by):
        return self.torch.autograd.grad(field, by, self.torch.ones_like(field), create_graph=True)

    def residual(self):
        field = self.model(self.x, self.t)
        by_x, by_t = self.derivative(field, self.x, self.t)
        weights, scale, second = self.job["second"], self.job["scale"], 0.0
        if self.terms[3] is not None and weights[0]:
            second = second + weights[0] * self.derivative(by_x, self.x)[0]
        if self.terms[3] is not None and weights[1]:
            second = second + weights[1] * self.derivative(by_t, self.t)[0]
        u = self.physical(field)
        values = (by_t * scale, by_x * scale, u * by_x * scale, second * scale, u, u * u * u)
        return sum(term * value for term, value in zip(self.terms, values) if term is not None) - self.source

    def step(self):
        job, torch = self.job, self.torch
        self.optimizer.zero_grad()
        error = self.physical(self.model(self.x, self.t)) - self.truth
        loss = error.square().mean() + self.residual().square().mean()
        if job["edge_points"]:
            loss = loss + (error.square() * self.edges).sum() / (job["samples"] * job["edge_points"])
        if job["pairs"]:
            lower = self.model(torch.full_like(self.pair_t, job["lower_x"]), self.pair_t)
            upper = self.model(torch.full_like(self.pair_t, job["upper_x"]), self.pair_t)
            loss = loss + (self.physical(lower) - self.physical(upper)).square().mean()
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def read(self, losses):
        """Values of losses; the work that gives them, and what follows it, is done then."""
        values = [loss.item() for loss in losses]
        if self.x.is_cuda:
            self.torch.cuda.synchronize(self.x.device)
        return values


def run(job, arrays):
    torch = import_torch()
    if job["mode"] == "compile" and not hasattr(torch, "compile"):
        raise MissingTorch(f"torch {torch.__version__} has no torch.compile: use 2.0 or later")
    device = device_of(torch, job["device"])
    torch.set_num_threads(job["threads"])
    # Single precision means single precision, on every device and in every product.
    torch.backends.cuda.matmul.allow_tf32 = False
    start = time.perf_counter()
    training = Training(torch, job, arrays, device)
    first = None
    for _ in range(job["warm_up"]):
        training.read([training.step()])
        first = time.perf_counter() - start if first is None else first
    warm_up = time.perf_counter() - start
    training.network.load_state_dict(network_of(torch, job, arrays).state_dict())
    training.optimizer = torch.optim.AdamW(
        training.network.parameters(), lr=job["learning_rate"], weight_decay=job["weight_decay"])
    losses, millis = [], []
    while len(losses) < job["epochs"]:
        count = min(job["read_every"], job["epochs"] - len(losses))
        start = time.perf_counter()
        losses += training.read([training.step() for _ in range(count)])
        millis += [1e3 * (time.perf_counter() - start) / count] * count
    with torch.no_grad():
        points = job["points"]
        field = training.physical(training.network(training.x[:points], training.t[:points])).flatten().tolist()
    return {
        "version": 1,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "first_step_seconds": first or 0.0,
        "warm_up_seconds": warm_up,
        "losses": losses,
        "step_ms": millis,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "peak_device_bytes": torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0,
        "field": field,
    }


def write_whole(path, document):
    """The result appears complete or not at all."""
    partial = path + ".part"
    with open(partial, "w", encoding="utf-8") as stream:
        json.dump(document, stream)
    os.replace(partial, path)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("job", nargs="?", help="job file, JSON")
    parser.add_argument("--result", help="where the result goes, JSON")
    parser.add_argument("--check", action="store_true", help="validate the job; needs no torch")
    parser.add_argument("--probe", action="store_true", help="print the versions of python and torch")
    options = parser.parse_args(arguments)
    try:
        if options.probe:
            print(json.dumps({"python": platform.python_version(), "torch": import_torch().__version__}))
        elif options.job is None:
            parser.error("a job file is needed, or --probe")
        elif options.check:
            job, arrays = load_job(options.job)
            print(json.dumps({name: len(values) for name, values in arrays.items()}))
        elif options.result is None:
            parser.error("--result is needed to run a job")
        else:
            write_whole(options.result, run(*load_job(options.job)))
    except BadJob as error:
        print(error, file=sys.stderr)
        return 2
    except MissingTorch as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
