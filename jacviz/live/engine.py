"""The app's network, built once per process and shared by every visitor."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from jacviz.framing import SIDE, Frame
from jacviz.graph import CompiledJacobian, compile_jacobian
from jacviz.lenet import CLASSES, load_lenet5
from jacviz.sensitivities import Sensitivity, sensitivity


@dataclass(frozen=True)
class Engine:
    """A compiled network and the names of its classes."""

    compiled: CompiledJacobian
    labels: tuple[str, ...]

    def sense(self, frame: Frame) -> Sensitivity | None:
        """The network's answer to a frame; None for an empty one."""
        return None if frame.empty else sensitivity(self.compiled, frame.image)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    example = np.zeros((1, SIDE, SIDE), dtype=np.float32)
    return Engine(
        compile_jacobian(load_lenet5(), example), tuple(str(digit) for digit in range(CLASSES))
    )
