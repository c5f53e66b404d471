"""Validate modules and inputs."""

from collections.abc import Callable
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode

from jacviz.compiler.autograd_mode import in_normal_mode, normal_module
from jacviz.compiler.differentiability import refuse_cut_gradients, refuse_quantized
from jacviz.compiler.ir import Shape
from jacviz.errors import InputError
from jacviz.typing import Float32Array

Input: TypeAlias = ArrayLike | Tensor


_CHANGES_IN_TRAINING = (
    nn.modules.dropout._DropoutNd,
    nn.modules.batchnorm._BatchNorm,
    nn.RReLU,
)

_DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def check_model(model: object) -> None:
    """Raise InputError for anything but a module that can be differentiated as it is.

    Rejected are weights without values (lazy, meta), quantized layers, and layers whose outputs
    in training mode are not a function of the input alone.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"expected a model as a torch.nn.Module, got {type(model).__name__}")
    for name, module in model.named_modules():
        layer = f"layer {name or 'model'!r} ({type(module).__name__})"
        for tensor in (*module._parameters.values(), *module._buffers.values()):
            if is_lazy(tensor):
                raise InputError(
                    f"{layer} is lazy and has no weights yet; call the model on a batch first"
                )
            if tensor is not None and tensor.is_meta:
                raise InputError(
                    f"{layer} is on the meta device, where weights hold no numbers; load them "
                    "onto a real one"
                )
        refuse_quantized(module, layer)
        if module.training and isinstance(module, _CHANGES_IN_TRAINING):
            raise InputError(
                f"{layer} is in training mode, where outputs are not a function of the input "
                "alone; call model.eval() first"
            )


def reference_tensor(model: nn.Module) -> Tensor | None:
    """Return a floating point parameter or buffer: the module has its dtype and device."""
    tensors = [*model.parameters(), *model.buffers()]
    return next((tensor for tensor in tensors if tensor.is_floating_point()), None)


@in_normal_mode
def checked_outputs(model: nn.Module, batch: Tensor) -> Tensor:
    """Return the outputs of the module for a batch.

    Raises InputError unless they are one nonempty tensor of floating point numbers, reproducible,
    and computed by operators that PyTorch can differentiate; and whatever the module raises for a
    batch that it rejects.
    """
    model = normal_module(model)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        with RefuseEmptyWindows():
            outputs = model(batch.clone())
        again = model(batch.clone())
    if not isinstance(outputs, Tensor):
        raise InputError(
            f"expected a model that returns one tensor of floating point numbers, got one that "
            f"returns {type(outputs).__name__}"
        )
    if got := describe_unsupported(outputs):
        raise InputError(
            f"expected a model that returns one tensor of floating point numbers, got {got}"
        )
    if outputs.numel() == 0:
        raise InputError(
            f"expected a model that returns one or more numbers, got an empty tensor of shape "
            f"{tuple(outputs.shape)}"
        )
    if outputs.shape != again.shape or not torch.allclose(
        outputs, again, rtol=1e-3, atol=1e-5, equal_nan=True
    ):
        raise InputError(
            "expected a model that is a function of its input, got different outputs for the same "
            "input; switch off what is random (model.eval())"
        )
    refuse_cut_gradients(model, batch)
    return outputs


def checked_tensor(x: Input, reference: Tensor | None) -> Tensor:
    """Return `x` as a detached, nonempty tensor of finite floating point numbers.

    Tensors and arrays keep their dtype, tensors their device. Lists and long doubles, which have no
    dtype of PyTorch's, take that of `reference`.
    """
    if isinstance(x, Tensor):
        tensor = _dense_tensor(x)
    else:
        array = _float_array(x)
        own = hasattr(x, "dtype") and array.dtype.itemsize <= 8
        # PyTorch supports neither foreign byte orders, nor negative strides, nor long doubles.
        native = array.dtype.newbyteorder("=") if array.dtype.itemsize <= 8 else np.float64
        tensor = torch.tensor(np.array(array, native, order="C"))
        if not own:
            without = torch.float64 if hasattr(x, "dtype") else torch.get_default_dtype()
            tensor = tensor.to(without if reference is None else reference.dtype)
    _refuse_empty(tuple(tensor.shape))
    if not tensor.isfinite().all():
        raise InputError(_NOT_FINITE)
    return tensor


class RefuseEmptyWindows(TorchFunctionMode):
    """Raise InputError where a max-pooling has a window that holds padding alone.

    Dilation makes that possible. PyTorch's backward pass through such a window writes outside the
    image, which can end the process.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if getattr(func, "__name__", "").startswith("max_pool") and args:
            pooled = result[0] if isinstance(result, tuple) else result
            if (pooled == -torch.inf).any() and args[0].isfinite().all():
                raise InputError(
                    "a max-pooling has a window that holds padding alone, where its derivative is "
                    "undefined; expected a larger input, less padding or less dilation"
                )
        return result


def checked_example(example: Input) -> Tensor:
    """Return the example as a float32 tensor."""
    array = _float32_array(example)
    _refuse_empty(array.shape)
    return torch.tensor(array)


def checked_input(x: Input, shape: Shape) -> Float32Array:
    """Return `x` as a contiguous float32 array of `shape`; (1, H, W) also allows (H, W)."""
    array = _float32_array(x)
    if array.shape == shape:
        return array
    accepted = [shape, shape[1:]] if len(shape) == 3 and shape[0] == 1 else [shape]
    if array.shape not in accepted:
        wanted = " or ".join(str(s) for s in accepted)
        raise InputError(
            f"expected an input of shape {wanted}, without batch axis, got {array.shape}"
        )
    return array


_NOT_FINITE = "expected an input of finite numbers, got NaN or infinity"


def _float32_array(x: Input) -> Float32Array:
    """Return a contiguous array of finite float32 numbers."""
    # Fast path for float32 arrays.
    array = x if type(x) is np.ndarray and x.dtype == np.float32 else _float_array(x)
    if array.dtype != np.float32:
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    # The sum of squares is faster, and finite for all but huge numbers.
    flat = array.reshape(-1)
    if not isfinite(flat.dot(flat)) and not np.isfinite(array).all():
        raise InputError(_NOT_FINITE)
    return array


def _float_array(x: Input) -> NDArray[Any]:
    """Return an array of floating point numbers, of any precision, byte order and strides."""
    if isinstance(x, Tensor):
        x = _dense_tensor(x)
        x = (x.float() if x.dtype is torch.bfloat16 else x).resolve_neg().cpu().numpy()
    try:
        array = np.asarray(x)
    except Exception as error:  # of lists of anything, and of other libraries' arrays
        raise InputError(f"{_expected_floats(type(x).__name__)}: {error}") from error
    if array.dtype.kind != "f":
        dtype = hasattr(x, "dtype") or array.dtype.kind in "biuc"
        raise InputError(_expected_floats(str(array.dtype) if dtype else type(x).__name__))
    return array


def _dense_tensor(x: Tensor) -> Tensor:
    """Return a detached tensor that is usable outside inference mode."""
    if got := describe_unsupported(x):
        raise InputError(_expected_floats(got))
    x = x.detach()
    if x.is_inference():
        with torch.inference_mode(False):
            x = x.clone()
    return x


def _expected_floats(got: str) -> str:
    hint = "; divide 8-bit images by 255" if got == "uint8" else ""
    return f"expected an array or tensor of floating point numbers, got {got}{hint}"


def describe_unsupported(tensor: Tensor) -> str | None:
    """Describe a tensor that is not a dense one of floating point numbers; None if it is."""
    if tensor.is_meta:
        return "one on the meta device, which holds no numbers"
    if tensor.is_quantized:
        return f"a quantized one ({short_name(tensor.dtype)})"
    if tensor.is_nested or tensor.layout is not torch.strided:
        layout = "nested" if tensor.is_nested else short_name(tensor.layout)
        return f"a {layout} one"
    return None if tensor.dtype in _DTYPES else short_name(tensor.dtype)


def short_name(name: torch.dtype | torch.layout) -> str:
    """ "float32" for torch.float32."""
    return str(name).removeprefix("torch.")


def _refuse_empty(shape: Shape) -> None:
    if 0 in shape:
        raise InputError(f"expected a nonempty input, got one of shape {shape}")
