"""The app's network, built once per process and shared by every visitor."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from jacviz.framing import SIDE, Frame

if TYPE_CHECKING:
    from jacviz.graph import CompiledJacobian
    from jacviz.sensitivities import Sensitivity


@dataclass(frozen=True)
class Engine:
    """A compiled network and the names of its classes."""

    compiled: "CompiledJacobian"
    labels: tuple[str, ...]

    def sense(self, frame: Frame) -> "Sensitivity | None":
        """The network's answer to a frame; None for an empty one."""
        from jacviz.sensitivities import sensitivity

        return None if frame.empty else sensitivity(self.compiled, frame.image)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Who asks while it is being built waits. AssetError where the weights cannot be read."""
    # PyTorch is imported here, after the page can already be drawn on.
    import torch

    from jacviz.graph import compile_jacobian
    from jacviz.lenet import CLASSES, load_lenet5

    # Building is short work, which PyTorch's own threads only slow down.
    torch.set_num_threads(1)
    example = np.zeros((1, SIDE, SIDE), dtype=np.float32)
    labels = tuple(str(digit) for digit in range(CLASSES))
    return Engine(compile_jacobian(load_lenet5(), example), labels)
