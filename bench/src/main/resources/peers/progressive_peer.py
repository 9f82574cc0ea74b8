#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The baseline's training iteration, written plainly in Python: the yardstick for the eager opponent in Java.

    progressive_peer.py JOB.json --result RESULT.json     train and write the timings
    progressive_peer.py JOB.json --check                  validate the job and print its layers; needs no torch
    progressive_peer.py --probe [--device cuda[:n]]       print the versions of python and torch

Every iteration runs the decoder, pads its output to the frame, measures the object and the frozen estimate again (unless
the job says to measure once per sample), compares the estimate's two measurements with them (mean absolute difference
over mean absolute target, old + new), differentiates automatically and takes an Adam step. A sample starts with a frozen
estimate and a new Adam; weights and batch-norm statistics carry over.

Exit codes: 0 done, 1 the run failed, 2 bad arguments or bad job, 3 torch (or what the job needs of it) is missing.

Job (JSON, version 1); files are raw little-endian float32, paths relative to the job file:

    version            1
    object             [ny, nx], equal to the decoder's output
    frame              [ny, nx]
    aperture_radius    pixels; a disc, the rim included
    input_size         latent channels of the decoder
    output_size        edge of the decoder's output, pixels
    batch_norm         true or false
    learning_rate      Adam's step
    fixed_latent       keep the latent vector as it is
    iterations         per sample
    warm_up            iterations per sample kind before the clock starts, on weights that are then thrown away
    measure_once       measure once per sample instead of in every iteration
    mode               "eager", "compile" (torch.compile, Inductor) or "max-autotune" (the same in that mode: every
                       product's candidates are timed, and a GPU replays CUDA graphs)
    threads            torch's threads
    device             where torch computes: "cpu" or "cuda[:n]"
    object_file        ny * nx amplitudes
    parameters_file    latent, then per layer weight, bias, batch-norm weight, batch-norm bias
    centres_file       one (y, x) pair per sample, pixels from zero frequency
"""

import argparse
import array
import json
import os
import platform
import re
import sys
import time

FIELDS = {
    "version": int,
    "object": list,
    "frame": list,
    "aperture_radius": (int, float),
    "input_size": int,
    "output_size": int,
    "batch_norm": bool,
    "learning_rate": (int, float),
    "fixed_latent": bool,
    "iterations": int,
    "warm_up": int,
    "measure_once": bool,
    "mode": str,
    "threads": int,
    "device": str,
    "object_file": str,
    "parameters_file": str,
    "centres_file": str,
}
MODES = ("eager", "compile", "max-autotune")
DEVICE = re.compile(r"cpu|cuda(:\d{1,3})?")


class BadJob(Exception):
    """One sentence for the user."""


class MissingTorch(Exception):
    """One sentence for the user."""


def load_job(path):
    """Reads and validates a job; every message names the field, what was found and what is allowed."""
    try:
        with open(path, encoding="utf-8") as stream:
            job = json.load(stream)
    except (OSError, ValueError) as error:
        raise BadJob(f"job {path} cannot be read: {error}") from error
    if not isinstance(job, dict):
        raise BadJob(f"job {path} must be a JSON object")
    unknown = sorted(set(job) - set(FIELDS))
    missing = sorted(set(FIELDS) - set(job))
    if unknown or missing:
        raise BadJob(f"job {path}: unknown fields {unknown}, missing fields {missing}")
    for name, kind in FIELDS.items():
        value = job[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise BadJob(f"job field {name} has the wrong type: {value!r}")
    if job["version"] != 1:
        raise BadJob(f"job version {job['version']} is not known: use 1")
    if not DEVICE.fullmatch(job["device"]):
        raise BadJob(f"device {job['device']!r} is unknown: use cpu or cuda[:n]")
    if job["mode"] not in MODES:
        raise BadJob(f"mode {job['mode']!r} is unknown: use one of {', '.join(MODES)}")
    for name in ("aperture_radius", "learning_rate", "input_size", "output_size", "iterations", "threads"):
        if job[name] <= 0:
            raise BadJob(f"{name} {job[name]} must be positive")
    if job["warm_up"] < 0:
        raise BadJob(f"warm_up {job['warm_up']} must not be negative")
    for name in ("object", "frame"):
        if len(job[name]) != 2 or not all(type(edge) is int and edge > 0 for edge in job[name]):
            raise BadJob(f"{name} {job[name]} must be [ny, nx] with positive edges")
    if job["object"] != [job["output_size"]] * 2:
        raise BadJob(f"object {job['object']} must be the decoder's output of {job['output_size']} pixels squared")
    if any(inner > outer for inner, outer in zip(job["object"], job["frame"])):
        raise BadJob(f"object {job['object']} does not fit the frame {job['frame']}")
    job["folder"] = os.path.dirname(os.path.abspath(path))
    return job


def layers_of(input_size, output_size, batch_norm):
    """The decoder's layers: kind, channels in and out, edge of the output, which parameters follow the weight."""
    layers = []
    channels, edge = input_size // 2, 4

    def add(kind, into, out, edge_out):
        last = kind == "last"
        normalised = batch_norm and not last
        layers.append({
            "kind": kind,
            "in": into,
            "out": out,
            "edge": edge_out,
            "kernel": 4 if kind in ("first", "upsampling") else 3,
            "bias": not normalised,
            "normalised": normalised,
            "relu": not last and (batch_norm or kind != "refinement"),
        })

    add("first", input_size, channels, edge)
    while edge < output_size:
        add("upsampling", channels, channels // 2, 2 * edge)
        channels, edge = channels // 2, 2 * edge
    while channels // 2 > 1:
        add("refinement", channels, channels // 2, edge)
        channels //= 2
    add("last", channels, 1, edge - 2)
    if any(layer["in"] < 1 or layer["out"] < 1 for layer in layers):
        raise BadJob(f"{input_size} latent channels run out before {output_size} pixels are reached")
    return layers


def shapes_of(input_size, layers):
    """Shapes of all parameters in the order of the parameters file."""
    shapes = [(1, input_size, 1, 1)]
    for layer in layers:
        transposed = layer["kind"] in ("first", "upsampling")
        pair = (layer["in"], layer["out"]) if transposed else (layer["out"], layer["in"])
        shapes.append(pair + (layer["kernel"], layer["kernel"]))
        if layer["bias"]:
            shapes.append((layer["out"],))
        if layer["normalised"]:
            shapes.extend([(layer["out"],), (layer["out"],)])
    return shapes


def count_of(shape):
    count = 1
    for edge in shape:
        count *= edge
    return count


def floats_of(job, name, count=None):
    """Reads a raw little-endian float32 file; count is what it must hold."""
    path = os.path.join(job["folder"], job[name])
    try:
        with open(path, "rb") as stream:
            raw = stream.read()
    except OSError as error:
        raise BadJob(f"{name} cannot be read: {error}") from error
    if len(raw) % 4 or not raw or (count is not None and len(raw) != 4 * count):
        wanted = "float32 values" if count is None else f"{count} float32 values"
        raise BadJob(f"{name} {path} must hold {wanted}, it has {len(raw)} bytes")
    values = array.array("f")
    values.frombytes(raw)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def load_arrays(job):
    """Layers, parameter shapes and the three arrays of a job, sizes checked."""
    layers = layers_of(job["input_size"], job["output_size"], job["batch_norm"])
    shapes = shapes_of(job["input_size"], layers)
    parameters = floats_of(job, "parameters_file", sum(count_of(shape) for shape in shapes))
    scene = floats_of(job, "object_file", count_of(job["object"]))
    flat = floats_of(job, "centres_file")
    if len(flat) % 2:
        raise BadJob(f"centres_file must hold (y, x) pairs, it has {len(flat)} values")
    centres = [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
    return layers, shapes, parameters, scene, centres


def check(job):
    layers, shapes, parameters, _, centres = load_arrays(job)
    return {
        "layers": layers,
        "parameter_shapes": [list(shape) for shape in shapes],
        "parameter_count": len(parameters),
        "samples": len(centres),
    }


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


class Training:
    """One reconstruction under way."""

    def __init__(self, torch, device, job, layers, shapes, parameters, scene):
        self.torch = torch
        self.device = device
        self.job = job
        self.layers = layers
        self.parameters = []
        flat = torch.frombuffer(parameters, dtype=torch.float32)
        offset = 0
        for shape in shapes:
            count = count_of(shape)
            leaf = flat[offset:offset + count].clone().to(device).reshape(shape).requires_grad_(True)
            self.parameters.append(leaf)
            offset += count
        if job["fixed_latent"]:
            self.parameters[0].requires_grad_(False)
        self.statistics = [
            (torch.zeros(layer["out"], device=device), torch.ones(layer["out"], device=device))
            if layer["normalised"]
            else None
            for layer in layers
        ]
        truth = torch.frombuffer(scene, dtype=torch.float32).clone().to(device).reshape(job["object"])
        self.truth = self.embed(truth)
        self.cumulative = torch.zeros(job["frame"], device=device)

    def decode(self):
        torch, functional = self.torch, self.torch.nn.functional
        rest = iter(self.parameters)
        signal = next(rest)
        for layer, statistics in zip(self.layers, self.statistics):
            weight = next(rest)
            bias = next(rest) if layer["bias"] else None
            if layer["kind"] == "first":
                # One pixel: the transposed convolution is a row vector times a matrix, faster through every library.
                signal = torch.mm(signal.view(1, -1), weight.view(layer["in"], -1)).view(1, layer["out"], 4, 4)
                if bias is not None:
                    signal = signal + bias.view(1, -1, 1, 1)
            elif layer["kind"] == "upsampling":
                signal = functional.conv_transpose2d(signal, weight, bias, stride=2, padding=1)
            else:
                if not signal.is_cuda:
                    signal = signal.contiguous(memory_format=torch.channels_last)  # faster on a CPU
                signal = functional.conv2d(signal, weight, bias, padding=1 if layer["kind"] == "refinement" else 0)
                signal = signal.contiguous()
            if layer["normalised"]:
                scale, shift = next(rest), next(rest)
                mean, variance = statistics
                signal = functional.batch_norm(signal, mean, variance, scale, shift, True, 0.1, 1e-5)
            if layer["relu"]:
                signal = functional.relu_(signal)
        return self.fit(torch.sigmoid(signal))

    def fit(self, image):
        edge, size = image.shape[-1], self.job["output_size"]
        if size >= edge:
            before = (size - edge) // 2
            after = size - edge - before
            return self.torch.nn.functional.pad(image, (before, after, before, after)).view(size, size)
        start = (edge - size) // 2 + 1
        return image[0, 0, start:start + size, start:start + size]

    def embed(self, image):
        (ny, nx), (height, width) = self.job["frame"], self.job["object"]
        top, left = (ny - height) // 2, (nx - width) // 2
        return self.torch.nn.functional.pad(image, (left, nx - width - left, top, ny - height - top))

    def mask(self, centre):
        torch, (ny, nx) = self.torch, self.job["frame"]
        y = torch.arange(ny, dtype=torch.float32, device=self.device).sub_(ny // 2).sub_(centre[0]).square_()
        x = torch.arange(nx, dtype=torch.float32, device=self.device).sub_(nx // 2).sub_(centre[1]).square_()
        return (y.unsqueeze(1) + x.unsqueeze(0)).le_(self.job["aperture_radius"] ** 2)

    def transform(self, field):
        fft, plane = self.torch.fft, (-2, -1)
        return fft.fftshift(fft.fft2(fft.ifftshift(field, plane), dim=plane, norm="ortho"), plane)

    def measure(self, field, mask):
        return self.transform(self.transform(field).mul_(mask)).abs().flip((-2, -1))

    def dual(self, fresh_field, old_field, centre, first):
        fresh = self.measure(fresh_field, self.mask(centre))
        return (fresh if first else self.measure(old_field, self.cumulative)), fresh

    def normalised_l1(self, prediction, target):
        return self.torch.nn.functional.l1_loss(prediction, target) / (target.abs().mean() + 1e-8)

    def measured(self, frozen, centre, first):
        with self.torch.no_grad():
            return self.dual(self.truth, frozen, centre, first)

    def loss(self, frozen, target, centre, first):
        estimate = self.embed(self.decode())
        old_target, fresh_target = self.measured(frozen, centre, first) if target is None else target
        old, fresh = self.dual(estimate, estimate, centre, first)
        return self.normalised_l1(old, old_target) + self.normalised_l1(fresh, fresh_target)

    def sample(self, loss_of, centre, first, iterations, losses, millis):
        torch = self.torch
        centre = torch.tensor(centre, dtype=torch.float32, device=self.device)
        with torch.no_grad():
            frozen = self.embed(self.decode())
        target = self.measured(frozen, centre, first) if self.job["measure_once"] else None
        adam = torch.optim.Adam(self.parameters[self.job["fixed_latent"]:], lr=self.job["learning_rate"], betas=(0.9, 0.999), eps=1e-8)
        # On a GPU nobody waits inside a sample, the engine neither: losses are read at its end, and an iteration's time is its share.
        waits = self.device.type != "cuda"
        pending = []
        begun = time.perf_counter()
        for _ in range(iterations):
            start = time.perf_counter()
            adam.zero_grad(set_to_none=True)
            loss = loss_of(self, frozen, target, centre, first)
            if waits:
                losses.append(loss.item())
            else:
                pending.append(loss.detach().clone())  # a graph's next replay writes over it
            loss.backward()
            adam.step()
            if waits:
                millis.append(1e3 * (time.perf_counter() - start))
        with torch.no_grad():
            self.cumulative = torch.maximum(self.cumulative, self.mask(centre))
        if not waits:
            losses.extend(torch.stack(pending).tolist())
            torch.cuda.synchronize(self.device)  # what the last iteration left under way belongs to the sample
            millis.extend([1e3 * (time.perf_counter() - begun) / iterations] * iterations)


def run(job):
    torch = import_torch()
    device = device_of(torch, job["device"])
    layers, shapes, parameters, scene, centres = load_arrays(job)
    # Single precision means single precision, on every device and in every product.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if hasattr(torch, "set_float32_matmul_precision"):
        torch.set_float32_matmul_precision("highest")
    torch.set_num_threads(job["threads"])
    loss_of = Training.loss
    if job["mode"] != "eager":
        if not hasattr(torch, "compile"):
            raise MissingTorch(f"torch {torch.__version__} has no torch.compile: use 2.0 or later, or mode eager")
        options = {"mode": job["mode"]} if job["mode"] == "max-autotune" else {}
        loss_of = torch.compile(Training.loss, **options)

    def train(spots, iterations):
        training = Training(torch, device, job, layers, shapes, parameters, scene)
        losses, millis = [], []
        start = time.perf_counter()
        for index, centre in enumerate(spots):
            training.sample(loss_of, centre, index == 0, iterations, losses, millis)
        return losses, millis, time.perf_counter() - start

    # The first sample and later ones are different work (and different graphs): two samples warm both.
    warm_up_seconds = train((centres * 2)[:2], job["warm_up"])[2] if job["warm_up"] else 0.0
    losses, millis, seconds = train(centres, job["iterations"])
    return {
        "version": 1,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "mode": job["mode"],
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "peak_device_bytes": torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None,
        "measure_once": job["measure_once"],
        "losses": losses,
        "iteration_ms": millis,
        "warm_up_seconds": warm_up_seconds,
        "training_seconds": seconds,
    }


def probe(word):
    torch = import_torch()
    device_of(torch, word)
    return {"python": platform.python_version(), "torch": torch.__version__, "threads": torch.get_num_threads()}


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
    parser.add_argument("--check", action="store_true", help="validate the job and print its layers; needs no torch")
    parser.add_argument("--probe", action="store_true", help="print the versions of python and torch")
    parser.add_argument("--device", default="cpu", help="what --probe asks for beside torch: cpu or cuda[:n]")
    options = parser.parse_args(arguments)
    try:
        if options.probe:
            print(json.dumps(probe(options.device)))
        elif options.job is None:
            parser.error("a job file is needed, or --probe")
        elif options.check:
            print(json.dumps(check(load_job(options.job))))
        elif options.result is None:
            parser.error("--result is needed to run a job")
        else:
            write_whole(options.result, run(load_job(options.job)))
    except BadJob as error:
        print(error, file=sys.stderr)
        return 2
    except MissingTorch as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
