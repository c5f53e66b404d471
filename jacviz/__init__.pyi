from .autodiff.jacobian import jacobian
from .autodiff.registry import methods
from .compiler import compile_jacobian
from .errors import AssetError, InputError, JacvizError
from .explain.sensitivity import Sensitivity, sensitivity
from .gradcheck.check import check
from .gradcheck.report import Report
from .models.lenet5 import LeNet5, load_lenet5
from .preprocessing.mnist import Frame, frame

__all__ = [
    "AssetError",
    "Frame",
    "InputError",
    "JacvizError",
    "LeNet5",
    "Report",
    "Sensitivity",
    "check",
    "compile_jacobian",
    "frame",
    "jacobian",
    "load_lenet5",
    "methods",
    "sensitivity",
]
