"""A model as files for a browser: a manifest, and the WebAssembly that it names.

jacviz/app/frontend/engine reads them. The files' names tell their content, so that they can be
cached for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from jacviz.compiler.backends.wasm.program import WebAssemblySource, emit_wasm
from jacviz.errors import InputError
from jacviz.explain.attribution_specs import AttributionName
from jacviz.models.model import Model
from jacviz.preprocessing import mnist

if TYPE_CHECKING:
    from jacviz.compiler import CompiledJacobian

METHODS: tuple[AttributionName, ...] = ("gradient", "gradient-x-ink")
"""The attributions that take one Jacobian: a browser computes them."""


@dataclass(frozen=True, eq=False)
class BrowserModel:
    """A model's manifest, and its files by name."""

    model: Model
    source: WebAssemblySource

    @cached_property
    def files(self) -> Mapping[str, Callable[[], bytes]]:
        """Functions that return the content: a module is compiled when it is first asked for."""
        stem = f"{self.model.name}-{self.source.digest()}"
        return {
            f"{stem}.wasm": partial(self.source.module, relaxed=False),
            f"{stem}-relaxed.wasm": partial(self.source.module, relaxed=True),
            f"{stem}.bin": lambda: self.source.constants,
        }

    def manifest(self) -> dict[str, Any]:
        """Return what there is to know to use the files, as JSON can hold it."""
        model, (simd, relaxed, constants) = self.model, self.files
        return {
            "name": model.name,
            "title": model.title,
            "labels": list(model.labels),
            "noun": model.noun,
            "height": model.height,
            "width": model.width,
            "preprocess": _preprocess(model),
            "baseline": _baseline(model),
            "outputs": model.outputs,
            "layout": asdict(self.source.layout),
            "files": {"simd": simd, "relaxed": relaxed, "constants": constants},
        }


def browser_model(model: Model, compiled: "CompiledJacobian") -> BrowserModel:
    """Return a model as files for a browser.

    Raises InputError for a model with a preprocessing of its own, an input that is not (1, H, W),
    or a baseline that is not one number; for a graph without a plan; and for one that is too
    large.
    """
    model.check_reads_ink()
    _preprocess(model)
    _baseline(model)
    if compiled.plan is None:
        raise InputError(
            f"model {model.name!r}: expected a graph with a plan, got none because of "
            f"{compiled.fallback}"
        )
    return BrowserModel(model, emit_wasm(compiled.plan))


def _preprocess(model: Model) -> str:
    if model.preprocess is None:
        return "letterbox"
    if model.preprocess is mnist.frame:
        return "mnist"
    raise InputError(
        f"model {model.name!r}: expected preprocess to be jacviz.frame or None, as browsers have "
        f"no other, got {model.preprocess!r}"
    )


def _baseline(model: Model) -> float:
    baseline = np.unique(np.asarray(model.baseline))
    if baseline.size != 1:
        raise InputError(f"model {model.name!r}: expected one number as its baseline, got several")
    return float(baseline[0])
