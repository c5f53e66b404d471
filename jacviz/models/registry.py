"""The trained networks that ship with jacviz, by name."""

from dataclasses import dataclass
from pathlib import Path

from jacviz.resources import ASSETS


@dataclass(frozen=True)
class Network:
    """A trained LeNet-5 that ships with jacviz."""

    file: str
    """Its weights in assets/; the model card beside them has the same name."""
    label: str
    sentence: str

    @property
    def weights(self) -> Path:
        return ASSETS / self.file


STANDARD, READABLE = "standard", "readable"
NETWORKS = {
    STANDARD: Network(
        "lenet5.safetensors",
        "Standard",
        "Trained on augmented digits to be right; its maps scatter over the frame.",
    ),
    READABLE: Network(
        "lenet5-readable.safetensors",
        "Readable",
        "Trained on digits changed to its disadvantage; its maps gather on the strokes.",
    ),
}
