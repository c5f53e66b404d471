"""The app's networks, each built once per process and shared by every visitor."""

import gc
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jacviz.explain.attribution_specs import Name as Method
from jacviz.models.registry import STANDARD
from jacviz.output_spaces import Space
from jacviz.preprocessing.mnist import SIDE, Frame

if TYPE_CHECKING:
    from torch import nn

    from jacviz.compiler import CompiledJacobian
    from jacviz.explain import Attribution
    from jacviz.explain.sensitivity import Sensitivity
    from jacviz.gradcheck.report import Report

LABELS = tuple("0123456789")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Engine:
    """A network, and compiled."""

    compiled: "CompiledJacobian"
    model: "nn.Module"

    def sense(self, frame: Frame) -> "Sensitivity":
        """The network's answer to a frame."""
        from jacviz.explain.sensitivity import sensitivity

        return sensitivity(self.compiled, frame.image)

    def attribute(self, frame: Frame, space: Space, method: Method) -> "Attribution | None":
        """The maps by another method than the gradient; None for it, whose maps `sense` gives."""
        if method == "gradient":
            return None
        from jacviz.explain import attribute

        return attribute(self.compiled, frame.image, method, space)

    def check(self, frame: Frame, space: Space, pixels: int | None, *, seed: int) -> "Report":
        """`sense`'s own Jacobian against finite differences, at some pixels or at all."""
        from torch import nn

        from jacviz.gradcheck.check import check

        outputs: dict[str, nn.Module] = {
            "probability": nn.Softmax(dim=1),
            "log-probability": nn.LogSoftmax(dim=1),
        }
        return check(
            nn.Sequential(self.model, outputs.get(space, nn.Identity())),
            frame.image[None],
            jacobian=self.sense(frame).jacobian(space)[:, None],
            pixels="all" if pixels is None else pixels,
            seed=seed,
        )


def engine(network: str) -> Engine:
    """One of NETWORKS; who asks while one is being built waits.

    Raises AssetError where the weights cannot be read.
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
    from jacviz.models.lenet5 import load_lenet5

    # Building is short work, which PyTorch's own threads only slow down.
    torch.set_num_threads(1)
    example = np.zeros((1, SIDE, SIDE), dtype=np.float32)
    model = load_lenet5(network)
    return Engine(compile_jacobian(model, example), model)


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
