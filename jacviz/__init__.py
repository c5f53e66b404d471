"""How each pixel moves each output of a network.

>>> import jacviz
>>> model = jacviz.load_lenet5()
>>> framed = jacviz.frame(ink)                        # H x W drawing -> 28 x 28
>>> s = jacviz.sensitivity(model, framed.image)
>>> s.jacobian("probability").shape
(10, 28, 28)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jacviz.checking.compare import check
    from jacviz.checking.report import Report
    from jacviz.errors import AssetError, InputError, JacvizError
    from jacviz.framing import Frame, frame
    from jacviz.graph import compile_jacobian
    from jacviz.lenet import LeNet5, load_lenet5
    from jacviz.sensitivities import Sensitivity, sensitivity
    from jacviz.ways.jacobian import jacobian
    from jacviz.ways.table import methods

# Names are imported on first use, so that `import jacviz` (and `jacviz --help`) need not wait
# for PyTorch.
_HOMES = {
    "AssetError": "errors",
    "Frame": "framing",
    "InputError": "errors",
    "JacvizError": "errors",
    "LeNet5": "lenet",
    "Report": "checking.report",
    "Sensitivity": "sensitivities",
    "check": "checking.compare",
    "compile_jacobian": "graph",
    "frame": "framing",
    "jacobian": "ways.jacobian",
    "load_lenet5": "lenet",
    "methods": "ways.table",
    "sensitivity": "sensitivities",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'jacviz' has no attribute {name!r}")
    value = getattr(import_module(f"jacviz.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
