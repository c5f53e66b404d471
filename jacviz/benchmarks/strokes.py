"""The strokes that the benches draw: seeded scribbles, as a hand would make them."""

import numpy as np
from numpy.typing import NDArray


def stroke(seed: int, points: int = 24) -> NDArray[np.float64]:
    """A smooth stroke across a sheet of side 1: (points, 2), x and y."""
    random = np.random.default_rng(seed)
    along = np.linspace(0, 1, points)[:, None]
    start, bend, end = random.uniform(0.15, 0.85, (3, 1, 2))
    path: NDArray[np.float64] = (
        (1 - along) ** 2 * start + 2 * along * (1 - along) * bend + along**2 * end
    )
    return path
