"""Hyperparameters of the shipped networks, except those of the augmentation."""

from dataclasses import dataclass

from jacviz.models.shipped import READABLE, STANDARD


@dataclass(frozen=True)
class Recipe:
    """How a shipped network was trained; another recipe or augmentation is another version."""

    network: str = STANDARD
    """Its name in jacviz.models.shipped.WEIGHTS, which says what its files are called."""
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
    radius: float = 0.0
    """Radius (L2, over the frame's ink) of the adversarial perturbation; 0 means none."""
    climbs: int = 2
    """Gradient steps of the adversarial perturbation."""


RECIPES = {
    STANDARD: Recipe(),
    READABLE: Recipe(network=READABLE, epochs=40, radius=1.5),
}
