"""Questions about one answer of a network, as functions of a compiled graph and an image.

Images are ink, (H, W) or whatever else the graph takes, in [0, 1]. The graph is one of a model
that returns logits (`jacviz.compile_jacobian`); how many classes there are is the model's matter.

- `inspect`: what does this pixel do?
- `what_if`: what does this change of ink do, by the Jacobian and in truth?
- `versus`: why a, and not b?
- `toward`: what would make it a 9? `nearest_flip`: what is the least that changes the answer?
- `attribute`: other maps than the gradient, for all classes.
"""

from jacviz.kinds import ATTRIBUTIONS
from jacviz.questions.attributions import Attribution, attribute
from jacviz.questions.flips import Flip, nearest_flip
from jacviz.questions.pixels import Inspection, inspect
from jacviz.questions.sizes import Size
from jacviz.questions.steps import Steps, toward
from jacviz.questions.versus import Versus, versus
from jacviz.questions.what_if import AMOUNTS, WhatIf, brush, what_if

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
