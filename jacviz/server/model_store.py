"""The app's networks, each built once per process and shared by every visitor."""

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
    """A network, and compiled."""

    compiled: "CompiledJacobian"
    model: Model

    def sense(self, frame: Frame) -> "Sensitivity":
        """The network's answer to a frame."""
        from jacviz.explain.sensitivity import sensitivity

        return sensitivity(self.compiled, frame.image, self.model.outputs)

    def attribute(
        self, frame: Frame, space: Space, method: AttributionName
    ) -> "Attribution | None":
        """The maps by another method than the gradient; None for it, whose maps `sense` gives."""
        if method == "gradient":
            return None
        from jacviz.explain import attribute

        return attribute(self.compiled, frame.image, method, space, baseline=self.model.baseline)

    def check(self, frame: Frame, space: Space, pixels: int | None, *, seed: int) -> "Report":
        """`sense`'s own Jacobian against finite differences, at some pixels or at all."""
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
            jacobian=self.sense(frame).jacobian(space)[:, None],
            pixels="all" if pixels is None else pixels,
            seed=seed,
        )


def engine(network: str) -> Engine:
    """The model with this name, compiled; who asks while one is being built waits.

    Raises AssetError where the weights cannot be read, and InputError where there is no such
    model, or it cannot read ink.
    """
    if not built(network):
        with _ONE_AT_A_TIME:
            if not built(network):
                _ENGINES[network] = _compiled(network)
    return _ENGINES[network]


def built(network: str) -> bool:
    """Whether asking for this network takes no time."""
    return network in _ENGINES


_ENGINES: dict[str, Engine] = {}
_ONE_AT_A_TIME = threading.Lock()


def _compiled(network: str) -> Engine:
    # PyTorch is imported here, after the page can already be drawn on.
    import torch

    from jacviz.compiler import compile_jacobian

    model = get_model(network)
    model.check_reads_ink()
    # Building is short work, which PyTorch's own threads only slow down.
    torch.set_num_threads(1)
    return Engine(compile_jacobian(model), model)


def sense(frame: Frame) -> "Sensitivity | None":
    """The standard network's answer to a frame; None, without waiting for it, to an empty one."""
    return None if frame.empty else engine(STANDARD).sense(frame)


_BUILDING = threading.Lock()


def begin_building() -> None:
    """Build the standard network in the background, unless that has begun already."""
    if _BUILDING.acquire(blocking=False):
        threading.Thread(target=_build, name="jacviz-build", daemon=True).start()


def _build() -> None:
    try:
        engine(STANDARD)
    except Exception as error:
        # The page says so too, and keeps the sheet.
        _LOG.error("the network %s cannot be built: %s", STANDARD, error, exc_info=error)
    # What was imported until now is no garbage; looking through it would delay a stroke.
    gc.collect()
    gc.freeze()
