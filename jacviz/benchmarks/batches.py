"""Full Jacobians of many images: how many a second, in memory that does not grow with them.

Every method maps a group of images (n, *x.shape) to n Jacobians (M, *x.shape). Groups are as large
as a fixed amount of scratch memory allows, and their Jacobians are released.
"""

import time
from collections.abc import Callable, Sized
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from jacviz.autodiff.inputs import checked_input
from jacviz.autodiff.rows import flat_outputs, group_size
from jacviz.benchmarks.cold_start import peak_mib
from jacviz.benchmarks.networks import get_network
from jacviz.benchmarks.subprocess_runner import Progress
from jacviz.compiler import compile_jacobian

BatchFunction: TypeAlias = Callable[[Tensor], Sized]

_MAX_GROUP_SIZE = 64

COMPILED, VMAPPED = "compiled.batch", "vmap(jacrev)"


def _compiled(model: nn.Module, x: Tensor, outputs: int) -> tuple[BatchFunction, int]:
    graph = compile_jacobian(model, x)
    return lambda group: [jacobian for _, jacobian in graph.batch(group.numpy())], _MAX_GROUP_SIZE


def _by_output(model: nn.Module, x: Tensor, outputs: int) -> tuple[BatchFunction, int]:
    """The forum's loop over outputs, each backward pass for the whole group."""

    def jacobians(group: Tensor) -> Tensor:
        group = group.clone().requires_grad_()
        rows = model(group).reshape(len(group), -1).sum(0)
        return torch.stack(
            [torch.autograd.grad(row, group, retain_graph=True)[0] for row in rows], dim=1
        )

    return jacobians, group_size(model, x)


def _vmapped(model: nn.Module, x: Tensor, outputs: int) -> tuple[BatchFunction, int]:
    """torch.func.jacrev under vmap: all outputs of all images of the group at once."""
    jacobians = torch.func.vmap(torch.func.jacrev(flat_outputs(model)))
    return jacobians, group_size(model, x) // outputs


BATCH_METHODS: dict[str, Callable[[nn.Module, Tensor, int], tuple[BatchFunction, int]]] = {
    "loop, batched": _by_output,
    VMAPPED: _vmapped,
    COMPILED: _compiled,
}


def measure(request: dict[str, Any], progress: Progress) -> dict[str, float]:
    """Measure, for {network, method, images}, images a second, group size and added MiB."""
    network = get_network(request["network"])
    x = checked_input(network.model, network.x)
    outputs = network.model(x[None]).numel()
    jacobians, max_size = BATCH_METHODS[request["method"]](network.model, x, outputs)
    size = max(1, min(max_size, _MAX_GROUP_SIZE, request["images"]))
    generator = torch.Generator().manual_seed(0)

    def group(count: int) -> Tensor:
        return x + 0.1 * torch.randn((count, *x.shape), generator=generator)

    before = peak_mib()
    jacobians(group(size))
    seconds, done = 0.0, 0
    while done < request["images"]:
        images = group(min(size, request["images"] - done))
        start = time.perf_counter()
        done += len(jacobians(images))
        seconds += time.perf_counter() - start
        progress(done / request["images"])
    return {
        "images_per_second": done / seconds,
        "images": done,
        "group": size,
        "memory_mib": peak_mib() - before,
    }
