from .ascent import Steps, toward
from .attribution_specs import ATTRIBUTIONS
from .attributions import Attribution, attribute
from .contrastive import Versus, versus
from .deepfool import Flip, nearest_flip
from .norms import Size
from .perturbation import AMOUNTS, WhatIf, brush, what_if
from .pixel import Inspection, inspect

__all__ = [
    "AMOUNTS",
    "ATTRIBUTIONS",
    "Attribution",
    "Flip",
    "Inspection",
    "Size",
    "Steps",
    "Versus",
    "WhatIf",
    "attribute",
    "brush",
    "inspect",
    "nearest_flip",
    "toward",
    "versus",
    "what_if",
]
