from .autodiff.jacobian import jacobian
from .autodiff.registry import methods
from .compiler import compile_jacobian
from .errors import AssetError, InputError, JacvizError
from .explain.sensitivity import Sensitivity, sensitivity
from .gradcheck.check import check
from .gradcheck.report import Report
from .models.lenet5 import LeNet5, load_lenet5
from .models.model import Model
from .models.registry import get_model, model_names, register
from .preprocessing.frame import Frame
from .preprocessing.mnist import frame

__all__ = [
    "AssetError",
    "Frame",
    "InputError",
    "JacvizError",
    "LeNet5",
    "Model",
    "Report",
    "Sensitivity",
    "check",
    "compile_jacobian",
    "frame",
    "get_model",
    "jacobian",
    "load_lenet5",
    "methods",
    "model_names",
    "register",
    "sensitivity",
]
