"""Time all methods on one network, in turns; runs in a subprocess."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from jacviz.autodiff import reference
from jacviz.autodiff.inputs import checked_input
from jacviz.autodiff.registry import METHODS
from jacviz.benchmarks import article
from jacviz.benchmarks.entries import Run, entry_named
from jacviz.benchmarks.networks import BenchmarkNetwork, get_network
from jacviz.benchmarks.roofline import least_multiply_adds, multiply_add_rate
from jacviz.benchmarks.subprocess_runner import Progress
from jacviz.benchmarks.timing import interleave
from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError

_PREPARATION_SHARE = 0.4  # of the progress bar


def measure(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Measure, for {network, methods, turns}, times and errors of each method, and the floor.

    A method that cannot express the network has no row, but a reason under "refused".
    """
    network, names = get_network(request["network"]), request["methods"]
    x = checked_input(network.model, network.x)
    functions: dict[str, Run] = {}
    errors, refused = {}, {}
    exact = reference.jacobian(network.model, x)
    for number, name in enumerate(names):
        try:
            run = entry_named(name).prepare(network.model, x)
            errors[name] = _error(run(), exact)
        except InputError as error:
            refused[name] = str(error)
        else:
            functions[name] = run
        progress(_PREPARATION_SHARE * (number + 1) / len(names))
    seconds = interleave(
        functions,
        request["turns"],
        progress=lambda share: progress(_PREPARATION_SHARE + (1 - _PREPARATION_SHARE) * share),
    )
    compiled = compile_jacobian(network.model, x)
    rate = multiply_add_rate()
    least = None if compiled.plan is None else least_multiply_adds(compiled.plan)
    return {
        "title": network.title,
        "shape": [len(exact), *x.shape],
        "backend": compiled.backend,
        "rows": [
            {
                "method": name,
                "title": entry_named(name).title or name,
                "calls": len(times),
                "median_us": float(np.median(times)) * 1e6,
                "p99_us": float(np.quantile(times, 0.99)) * 1e6,
                "error": errors[name],
            }
            for name, times in seconds.items()
        ],
        "refused": refused,
        "multiply_adds": least,
        "multiply_adds_per_second": rate,
        "floor_us": None if least is None else least / rate * 1e6,
        "article": _checks(network, list(functions)) if request["network"] == "toy" else {},
    }


def _error(found: object, exact: Tensor) -> float:
    """Compute the largest error, relative to the largest derivative."""
    jacobian = torch.as_tensor(found).double().reshape(exact.shape)
    return float((jacobian - exact).abs().max() / exact.abs().max())


def _checks(network: BenchmarkNetwork, names: list[str]) -> dict[str, bool]:
    """Whether the article's check, in double precision, passes each of its rows."""
    model, x = network.model.double(), network.x.double()
    with torch.no_grad():
        return {
            name: article.is_jacobian_correct(METHODS[name].prepare(model, x), model, x)
            for name in article.ROWS
            if name in names
        }
