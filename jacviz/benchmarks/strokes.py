"""The strokes that the benchmarks draw: seeded smooth curves."""

import numpy as np

from jacviz.typing import Float64Array


def stroke(seed: int, points: int = 24) -> Float64Array:
    """Generate a smooth stroke on a canvas of side 1: (points, 2), x and y."""
    random = np.random.default_rng(seed)
    along = np.linspace(0, 1, points)[:, None]
    start, control, end = random.uniform(0.15, 0.85, (3, 1, 2))
    path: Float64Array = (
        (1 - along) ** 2 * start + 2 * along * (1 - along) * control + along**2 * end
    )
    return path
