"""Geometry of a convolution's backward pass over blocks of pixels."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from jacviz.compiler.ir import Constant, Conv, dense_kernel


@dataclass(frozen=True, eq=False)
class Geometry:
    """A dense convolution with weight (out, in, kernel height, kernel width).

    Backward, the image falls into blocks of stride[0] x stride[1] pixels. Block j takes from
    output j + u, for u in the range `reach`, with the kernel's element s * -u + pad + q for the
    block's pixel q, where there is one.
    """

    weight: Constant
    source: tuple[int, int, int]
    result: tuple[int, int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]

    @classmethod
    def of(cls, step: Conv) -> "Geometry":
        weight = dense_kernel(step)
        return cls(weight, step.source, step.result, step.stride, step.padding)  # type: ignore[arg-type]

    @property
    def blocks(self) -> tuple[int, int]:
        (_, height, width), (down, across) = self.source, self.stride
        return ceil(height / down), ceil(width / across)

    def reach(self, axis: int) -> range:
        pad, size, step = self.padding[axis], self.weight.shape[2 + axis], self.stride[axis]
        return range(-((size - 1 - pad) // step), (pad + step - 1) // step + 1)

    def block_weights(self) -> Constant:
        """(u down, u across, out, in, down, across): the weight from each output to each pixel."""
        down, across = self.stride
        ups, lefts = self.reach(0), self.reach(1)
        outputs, inputs, high, wide = self.weight.shape
        table = np.zeros((len(ups), len(lefts), outputs, inputs, down, across))
        for i, u in enumerate(ups):
            for j, v in enumerate(lefts):
                for qy in range(down):
                    for qx in range(across):
                        y = qy + self.padding[0] - down * u
                        x = qx + self.padding[1] - across * v
                        if 0 <= y < high and 0 <= x < wide:
                            table[i, j, :, :, qy, qx] = self.weight[:, :, y, x]
        return table
