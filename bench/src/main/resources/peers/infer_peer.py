#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An image classifier on PyTorch, torch.compile or JAX, with weights and pictures that another program wrote.

    infer_peer.py JOB.json --result RESULT.json

Job (JSON, version 1): framework (pytorch, torch-compile or jax), kind (resnet or vit) and network (its sizes), weights
and input (safetensors of float32, torchvision's names), batch, dtype, device (cpu or cuda[:n]), threads, warmUps,
iterations, seconds (bound of the timed calls), output (file that takes the scores as little-endian float32 before anything is timed).

On a GPU weights and pictures are there before the clock starts, a call ends when its scores are there, and float32 is
computed in float32: products are not rounded for tensor cores.

Result: library, threads, prepareMillis, firstCallMillis, millis (one per call), workingBytes and residentBytes (null
where the system does not tell), deviceBytes (most that PyTorch held on a GPU during calls, or null), or trouble (kind IMPOSSIBLE or MEMORY, and a sentence).
torchvision's own modules are used where it is installed; otherwise, and with JAX, the functions below.
Exit codes: 0 done, 1 the run failed, 3 the framework is missing.
"""

import argparse
import array
import json
import mmap
import os
import sys
import time


def tensors(path):
    """Names to (shape, memory of float32) of a safetensors file."""
    with open(path, "rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    whole = memoryview(content)
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            found[name] = (entry["shape"], whole[8 + length + begin : 8 + length + end])
    return found


def status(field):
    """A line of /proc/self/status in bytes, or None."""
    try:
        with open("/proc/self/status", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(field + ":"):
                    return 1024 * int(line.split()[1])
    except OSError:
        pass
    return None


def write(path, text):
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return True
    except OSError:
        return False


def resnet(f, w, x, sizes):
    """Bottleneck blocks; f computes, w maps torchvision's names to arrays."""

    def unit(x, convolution, norm, stride=1, padding=0):
        return f.norm(f.convolution(x, w[convolution + ".weight"], None, stride, padding), w, norm)

    x = f.max_pool(f.relu(unit(x, "conv1", "bn1", 2, 3)))
    for stage, count in enumerate(sizes["blocks"]):
        for block in range(count):
            name = f"layer{stage + 1}.{block}."
            stride = 2 if stage > 0 and block == 0 else 1
            branch = f.relu(unit(x, name + "conv1", name + "bn1"))
            branch = f.relu(unit(branch, name + "conv2", name + "bn2", stride, 1))
            branch = unit(branch, name + "conv3", name + "bn3")
            beside = unit(x, name + "downsample.0", name + "downsample.1", stride) if block == 0 else x
            x = f.relu(branch + beside)
    return f.linear(x.mean((2, 3)), w["fc.weight"], w["fc.bias"])


def vit(f, w, x, sizes):
    """Encoder of a vision transformer."""
    count, width, heads = x.shape[0], sizes["width"], sizes["heads"]
    x = f.convolution(x, w["conv_proj.weight"], w["conv_proj.bias"], sizes["patch"], 0)
    x = f.swap(x.reshape(count, width, -1), 1, 2)
    x = f.join(f.repeat(w["class_token"], count), x) + w["encoder.pos_embedding"]
    for layer in range(sizes["layers"]):
        name = f"encoder.layers.encoder_layer_{layer}."
        attention = name + "self_attention."
        normal = f.layer_norm(x, w, name + "ln_1")
        all_three = f.linear(normal, w[attention + "in_proj_weight"], w[attention + "in_proj_bias"])
        query, key, value = (
            f.swap(all_three[:, :, i * width : (i + 1) * width].reshape(count, -1, heads, width // heads), 1, 2)
            for i in range(3)
        )
        mixed = f.swap(f.attention(query, key, value), 1, 2).reshape(count, -1, width)
        x = x + f.linear(mixed, w[attention + "out_proj.weight"], w[attention + "out_proj.bias"])
        normal = f.layer_norm(x, w, name + "ln_2")
        wide = f.gelu(f.linear(normal, w[name + "mlp.0.weight"], w[name + "mlp.0.bias"]))
        x = x + f.linear(wide, w[name + "mlp.3.weight"], w[name + "mlp.3.bias"])
    x = f.layer_norm(x, w, "encoder.ln")
    return f.linear(x[:, 0], w["heads.head.weight"], w["heads.head.bias"])


class Impossible(Exception):
    """What was asked for is not to be had here; the sentence says why."""


class TorchFunctions:
    """What the networks are made of, in PyTorch."""

    def __init__(self, torch):
        import torch.nn.functional as functional

        self.torch = torch
        self.relu = functional.relu
        self.gelu = functional.gelu
        self.linear = functional.linear
        self.attention = functional.scaled_dot_product_attention
        self.functional = functional

    def convolution(self, x, weight, bias, stride, padding):
        return self.functional.conv2d(x, weight, bias, stride, padding)

    def norm(self, x, w, name):
        return self.functional.batch_norm(
            x,
            w[name + ".running_mean"],
            w[name + ".running_var"],
            w[name + ".weight"],
            w[name + ".bias"],
            False,
            0.1,
            1e-5,
        )

    def layer_norm(self, x, w, name):
        return self.functional.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], 1e-6)

    def max_pool(self, x):
        return self.functional.max_pool2d(x, 3, 2, 1)

    def swap(self, x, one, other):
        return x.transpose(one, other)

    def join(self, one, other):
        return self.torch.cat((one, other), 1)

    def repeat(self, x, count):
        return x.expand(count, -1, -1)


class JaxFunctions:
    """The same in JAX."""

    def __init__(self, jax):
        self.jax = jax
        self.np = jax.numpy
        self.relu = jax.nn.relu

    def gelu(self, x):
        return self.jax.nn.gelu(x, approximate=False)

    def linear(self, x, weight, bias):
        return x @ weight.T + bias

    def convolution(self, x, weight, bias, stride, padding):
        result = self.jax.lax.conv_general_dilated(
            x, weight, (stride, stride), ((padding, padding),) * 2, dimension_numbers=("NCHW", "OIHW", "NCHW")
        )
        return result if bias is None else result + bias[None, :, None, None]

    def norm(self, x, w, name):
        factor = w[name + ".weight"] * self.jax.lax.rsqrt(w[name + ".running_var"] + 1e-5)
        shift = w[name + ".bias"] - w[name + ".running_mean"] * factor
        return x * factor[None, :, None, None] + shift[None, :, None, None]

    def layer_norm(self, x, w, name):
        mean = x.mean(-1, keepdims=True)
        deviation = x - mean
        variance = (deviation * deviation).mean(-1, keepdims=True)
        return deviation * self.jax.lax.rsqrt(variance + 1e-6) * w[name + ".weight"] + w[name + ".bias"]

    def max_pool(self, x):
        padding = ((0, 0), (0, 0), (1, 1), (1, 1))
        low = self.np.array(-self.np.inf, x.dtype)
        return self.jax.lax.reduce_window(x, low, self.jax.lax.max, (1, 1, 3, 3), (1, 1, 2, 2), padding)

    def attention(self, query, key, value):
        scores = query @ self.np.swapaxes(key, -1, -2) / query.shape[-1] ** 0.5
        return self.jax.nn.softmax(scores, -1) @ value

    def swap(self, x, one, other):
        return self.np.swapaxes(x, one, other)

    def join(self, one, other):
        return self.np.concatenate((one, other), 1)

    def repeat(self, x, count):
        return self.np.broadcast_to(x, (count,) + x.shape[1:])


def torchvision_module(torch, job, weights):
    """torchvision's own network with these weights, or None where it is missing or cannot be made of these sizes."""
    try:
        import torchvision.models as models
    except (ImportError, RuntimeError):  # a torchvision of another torch raises the latter
        return None, None
    import torchvision

    sizes = job["network"]
    if job["kind"] == "resnet":
        if sizes["stem"] != 64 or len(sizes["blocks"]) != 4:
            return None, None
        module = models.ResNet(models.resnet.Bottleneck, sizes["blocks"], num_classes=sizes["classes"])
    else:
        module = models.VisionTransformer(
            image_size=sizes["edge"],
            patch_size=sizes["patch"],
            num_layers=sizes["layers"],
            num_heads=sizes["heads"],
            hidden_dim=sizes["width"],
            mlp_dim=sizes["hidden"],
            num_classes=sizes["classes"],
        )
    unexpected = module.load_state_dict(weights, strict=False)
    missing = [name for name in unexpected.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or unexpected.unexpected_keys:
        raise ValueError(f"torchvision's network has other weights: {missing} {unexpected.unexpected_keys}")
    return module.eval(), f"torchvision {torchvision.__version__}"


def with_torch(job):
    import torch

    torch.set_num_threads(job["threads"])
    torch.set_grad_enabled(False)
    dtype = getattr(torch, job["dtype"])
    place = torch.device(job.get("device", "cpu"))
    if place.type == "cuda":
        if not torch.cuda.is_available():
            raise Impossible(f"PyTorch {torch.__version__} sees no GPU that it can use")
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = True  # algorithms by measurement, as the engine has them

    def read(path):
        return {
            name: torch.frombuffer(memory, dtype=torch.float32).reshape(shape)
            for name, (shape, memory) in tensors(path).items()
        }

    weights = read(job["weights"])
    pictures = read(job["input"])["input"]
    repeats = -(-job["batch"] // pictures.shape[0])
    pictures = pictures.repeat(repeats, 1, 1, 1)[: job["batch"]].to(place, dtype)
    module, maker = torchvision_module(torch, job, weights)
    if module is None:
        network = resnet if job["kind"] == "resnet" else vit
        functions = TorchFunctions(torch)
        weights = {name: value.to(place, dtype, copy=True) for name, value in weights.items()}
        maker = "own functions"

        def module(x):
            return network(functions, weights, x, job["network"])

    else:
        module = module.to(place, dtype)
    if job["framework"] == "torch-compile":
        module = torch.compile(module)
        maker += ", Inductor"

    def scores(result):
        return array.array("f", result.float().cpu().flatten().tolist()).tobytes()

    if place.type == "cpu":
        return f"torch {torch.__version__}, {maker}", lambda: module(pictures), scores, lambda: None

    def run():
        result = module(pictures)
        torch.cuda.synchronize(place)
        return result

    torch.cuda.synchronize(place)
    torch.cuda.reset_peak_memory_stats(place)
    library = f"torch {torch.__version__}, {maker}, on {torch.cuda.get_device_name(place)}"
    return library, run, scores, lambda: torch.cuda.max_memory_allocated(place)


def with_jax(job):
    place = job.get("device", "cpu")
    os.environ["JAX_PLATFORMS"] = place.split(":")[0]
    import jax

    if place != "cpu":
        jax.config.update("jax_default_matmul_precision", "highest")  # no rounding for tensor cores
        try:
            number = int(place.partition(":")[2] or 0)
            jax.config.update("jax_default_device", jax.devices()[number])
        except (RuntimeError, IndexError) as missing:
            raise Impossible(f"JAX {jax.__version__} sees no {place}: {missing}") from missing
    dtype = getattr(jax.numpy, job["dtype"])

    def read(path):
        import numpy

        return {
            name: numpy.frombuffer(memory, dtype=numpy.float32).reshape(shape)
            for name, (shape, memory) in tensors(path).items()
        }

    pictures = read(job["input"])["input"]
    repeats = -(-job["batch"] // pictures.shape[0])
    pictures = jax.numpy.tile(pictures, (repeats, 1, 1, 1))[: job["batch"]].astype(dtype)
    weights = {name: jax.numpy.asarray(value, dtype) for name, value in read(job["weights"]).items()}
    functions = JaxFunctions(jax)
    network = resnet if job["kind"] == "resnet" else vit
    call = jax.jit(lambda w, x: network(functions, w, x, job["network"]))

    def scores(result):
        import numpy

        return numpy.asarray(result, numpy.float32).tobytes()

    return f"jax {jax.__version__}", lambda: call(weights, pictures).block_until_ready(), scores, lambda: None


def out_of_memory(text):
    """Whether a library complains of too little memory: torch, JAX (which also says what it could not allocate), C++."""
    words = ("can't allocate memory", "not enough memory", "out of memory", "resource_exhausted", "bad_alloc")
    return any(word in text.lower() for word in words)


def measure(job):
    began = time.perf_counter()
    library, run, scores, device_bytes = with_jax(job) if job["framework"] == "jax" else with_torch(job)
    prepared = time.perf_counter()
    held = status("VmRSS") if write("/proc/self/clear_refs", "5") else None
    first = run()
    first_seconds = time.perf_counter() - prepared
    values = scores(first)
    if sys.byteorder == "big":
        swapped = array.array("f", values)
        swapped.byteswap()
        values = swapped.tobytes()
    with open(job["output"], "wb") as file:
        file.write(values)
    del first
    since = time.perf_counter()
    for call in range(1, job["warmUps"]):
        if time.perf_counter() - since > max(0.5, job["seconds"]):
            break
        run()
    millis = []
    since = time.perf_counter()
    while not millis or (len(millis) < job["iterations"] and time.perf_counter() - since < job["seconds"]):
        before = time.perf_counter()
        run()
        millis.append(1e3 * (time.perf_counter() - before))
    peak = status("VmHWM")
    return {
        "library": library,
        "threads": f"{job['threads']}",
        "prepareMillis": 1e3 * (prepared - began),
        "firstCallMillis": 1e3 * first_seconds,
        "millis": millis,
        "workingBytes": max(0, peak - held) if peak and held else None,
        "deviceBytes": device_bytes(),
        "residentBytes": peak,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("--result", required=True)
    arguments = parser.parse_args()
    with open(arguments.job, encoding="utf-8") as file:
        job = json.load(file)
    if job.get("version") != 1:
        print(f"job version {job.get('version')} is not 1", file=sys.stderr)
        return 1
    write("/proc/self/oom_score_adj", "1000")  # when memory runs out, this process ends before any other
    try:
        result = measure(job)
    except ImportError as missing:
        print(f"missing: {missing}", file=sys.stderr)
        return 3
    except MemoryError as full:
        result = {"trouble": {"kind": "MEMORY", "sentence": str(full) or "no memory left"}}
    except Impossible as missing:
        result = {"trouble": {"kind": "IMPOSSIBLE", "sentence": str(missing)}}
    except RuntimeError as failure:
        first = str(failure).splitlines()[0] if str(failure) else repr(failure)
        if out_of_memory(str(failure)):
            result = {"trouble": {"kind": "MEMORY", "sentence": first}}
        elif "not implemented for" in str(failure):
            result = {"trouble": {"kind": "IMPOSSIBLE", "sentence": first}}
        else:
            raise
    with open(arguments.result, "w", encoding="utf-8") as file:
        json.dump(result, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
