"""The app's compiled models, each compiled once per process and shared by all visitors."""

import gc
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jacviz.explain.attribution_specs import AttributionName
from jacviz.models.model import Model
from jacviz.models.registry import get_model
from jacviz.models.shipped import STANDARD
from jacviz.output_spaces import Space
from jacviz.preprocessing.frame import Frame

if TYPE_CHECKING:
    from jacviz.compiler import CompiledJacobian
    from jacviz.explain import Attribution
    from jacviz.explain.sensitivity import Sensitivity
    from jacviz.gradcheck.report import Report

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Engine:
    """A model and its compiled Jacobian."""

    compiled: "CompiledJacobian"
    model: Model

    def sensitivity(self, frame: Frame) -> "Sensitivity":
        """Compute outputs and Jacobian at a frame."""
        from jacviz.explain.sensitivity import sensitivity

        return sensitivity(self.compiled, frame.image, self.model.outputs)

    def attribute(
        self, frame: Frame, space: Space, method: AttributionName
    ) -> "Attribution | None":
        """Compute the maps of an attribution method; None for the gradient, see `sensitivity`."""
        if method == "gradient":
            return None
        from jacviz.explain import attribute

        return attribute(self.compiled, frame.image, method, space, baseline=self.model.baseline)

    def check(self, frame: Frame, space: Space, pixels: int | None, *, seed: int) -> "Report":
        """Compare the Jacobian of `sensitivity` with finite differences, at some or all pixels."""
        from torch import nn

        from jacviz.compiler.compiled import LogOutputs
        from jacviz.gradcheck.check import check

        outputs: dict[str, nn.Module] = {
            "probability": nn.Softmax(dim=1),
            "log-probability": nn.LogSoftmax(dim=1),
        }
        module = self.model.module
        if self.model.outputs == "probability":
            module = LogOutputs(module)
        return check(
            nn.Sequential(module, outputs.get(space, nn.Identity())),
            frame.image[None],
            jacobian=self.sensitivity(frame).jacobian(space)[:, None],
            pixels="all" if pixels is None else pixels,
            seed=seed,
        )


_ENGINES: dict[str, Engine] = {}
_LOAD_LOCK = threading.Lock()
_PRELOAD_STARTED = threading.Lock()


def get_engine(network: str) -> Engine:
    """Get the engine of the model with this name; compiles it on first use.

    Raises AssetError where the weights cannot be read, and InputError where there is no such
    model, or it cannot read ink.
    """
    if not is_loaded(network):
        with _LOAD_LOCK:
            if not is_loaded(network):
                _ENGINES[network] = _load(network)
    return _ENGINES[network]


def is_loaded(network: str) -> bool:
    """Whether `get_engine` returns at once."""
    return network in _ENGINES


def _load(network: str) -> Engine:
    # PyTorch takes long to import; here the page can already be drawn on.
    import torch

    from jacviz.compiler import compile_jacobian

    model = get_model(network)
    model.check_reads_ink()
    # PyTorch's own threads slow down work as short as this.
    torch.set_num_threads(1)
    return Engine(compile_jacobian(model), model)


def preload() -> None:
    """Load the standard network in the background, once per process."""
    if _PRELOAD_STARTED.acquire(blocking=False):
        threading.Thread(target=_preload, name="jacviz-preload", daemon=True).start()


def _preload() -> None:
    try:
        get_engine(STANDARD)
    except Exception as error:
        # Each request for this network fails too, and tells the page.
        _LOG.error("the network %s cannot be loaded: %s", STANDARD, error, exc_info=error)
    # Freeze start-up objects to avoid GC pauses while somebody draws.
    gc.collect()
    gc.freeze()
