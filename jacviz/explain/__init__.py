"""Explain one result of a network: functions of a compiled graph and an input.

Inputs are intensities in [0, 1], (H, W) or whatever else the graph takes. The graph is one of a
model that returns logits (`jacviz.compile_jacobian`).

- `inspect`: what one pixel does.
- `what_if`: what a change of the input does, by the Jacobian and by the network, by default in the
  amounts `AMOUNTS` under a `brush`.
- `versus`: the log-odds map of two classes.
- `toward`: gradient ascent until another class is the most likely.
- `nearest_flip`: a smallest change that changes the predicted class (DeepFool).
- `attribute`: attributions for all classes, by one of the methods in `ATTRIBUTIONS`.
"""

import lazy_loader

# The page reads the attribution specs before PyTorch is imported.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
