"""The LeNet-5 networks that ship with jacviz: their names and the files with their weights."""

from jacviz.resources import ASSETS

STANDARD, READABLE = "standard", "readable"

WEIGHTS = {
    STANDARD: ASSETS / "lenet5.safetensors",
    READABLE: ASSETS / "lenet5-readable.safetensors",
}
"""By name; the model card beside each file has the file's name."""
