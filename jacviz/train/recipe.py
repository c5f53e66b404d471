"""Every number that the trained network depends on, except those of the augmentation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How the shipped network was trained; another recipe or augmentation is another version."""

    version: int = 1
    epochs: int = 120
    seed: int = 1998
    held_out: int = 5000
    """Digits at the end of MNIST's training set that are not trained on, for calibration."""
    styled: float = 0.15
    """Stroke-drawn digits added to the training digits, as a share of them."""
    batch: int = 128
    peak_rate: float = 4e-3
    weight_decay: float = 0.01
    label_smoothing: float = 0.02
    averaging: float = 0.999
    """Decay per step of the running average of the weights, which is what is shipped."""
    most_saturated: float = 0.05
    """Share of the held-out digits that calibration lets saturate."""
