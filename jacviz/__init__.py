"""How each pixel moves each output of a network.

>>> import numpy as np, jacviz
>>> model = jacviz.load_lenet5()
>>> ink = np.zeros((280, 280))
>>> ink[60:220, 130:150] = 1
>>> frame = jacviz.frame(ink)  # H x W drawing -> 28 x 28
>>> sensitivity = jacviz.sensitivity(model, frame.image)
>>> sensitivity.jacobian("probability").shape
(10, 28, 28)
"""

import lazy_loader

# Names are imported on first use, so that `import jacviz` (and `jacviz --help`) need not wait
# for PyTorch.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
