"""The windows that a convolution or pooling moves over its image, as slices.

Element (i, j) of all windows together is one strided slice of the padded image: that is all that
NumPy, Autograd, TensorFlow and JAX have to know.
"""

from jacviz.compiler.ir import Conv, Pool

Slices = tuple[slice, slice]
Margins = tuple[tuple[int, int], tuple[int, int]]


def kernel_of(step: Conv | Pool) -> tuple[int, int]:
    if isinstance(step, Pool):
        return step.kernel
    height, width = step.weight.shape[2:]
    return height, width


def margins(step: Conv | Pool) -> Margins:
    """How much to pad: ((above, below), (left, right)), enough for every window."""
    before_after = []
    for axis in range(2):
        reach = step.dilation[axis] * (kernel_of(step)[axis] - 1) + 1
        needed = step.stride[axis] * (step.result[axis + 1] - 1) + reach
        before = step.padding[axis]
        before_after.append((before, max(0, needed - before - step.source[axis + 1])))
    return before_after[0], before_after[1]


def taps(step: Conv | Pool) -> list[Slices]:
    """For each element of the window, row by row, the slice of the padded image that it meets."""

    def slices(axis: int) -> list[slice]:
        reach = step.stride[axis] * (step.result[axis + 1] - 1) + 1
        starts = (k * step.dilation[axis] for k in range(kernel_of(step)[axis]))
        return [slice(start, start + reach, step.stride[axis]) for start in starts]

    return [(rows, columns) for rows in slices(0) for columns in slices(1)]
