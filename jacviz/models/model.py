"""`jacviz.Model`: a trained network and what is needed to use it."""

import hashlib
import re
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike

from jacviz.errors import InputError
from jacviz.output_spaces import SPACES, Space
from jacviz.preprocessing.frame import Frame, checked_drawing
from jacviz.preprocessing.letterbox import letterbox
from jacviz.typing import Float32Array

if TYPE_CHECKING:
    from torch import nn
    from typing_extensions import TypeIs

Shape: TypeAlias = tuple[int, int, int]
Preprocess: TypeAlias = Callable[[ArrayLike], Frame | ArrayLike]

MAX_SIDE = 4096
"""Pixels along each side of an input."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_NOUN = re.compile(r"[A-Za-z][A-Za-z -]{0,31}")
_LOCK = threading.RLock()


class _Module:
    """The field `module`: what it is set to, a module or a function that makes one, read as a
    module in eval mode. The function is called when the module is first read."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, model: None, owner: type) -> "_Module": ...
        @overload
        def __get__(self, model: "Model", owner: type) -> "nn.Module": ...

    def __get__(self, model: "Model | None", owner: type) -> Any:
        if model is None:
            # Tells the dataclass that the field has no default.
            raise AttributeError("module")
        given = model.__dict__["module"]
        if not _is_module(given):
            with _LOCK:
                given = model.__dict__["module"]
                if not _is_module(given):
                    given = model.__dict__["module"] = _made(model.name, given)
        return given

    def __set__(self, model: "Model", given: "nn.Module | Callable[[], nn.Module]") -> None:
        model.__dict__["module"] = given.eval() if _is_module(given) else given


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Model:
    """A trained network with its labels, input shape, preprocessing and baseline.

    >>> network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(20 * 24, 2))
    >>> model = jacviz.Model(
    ...     name="shapes", module=network, labels=("circle", "square"), input_shape=(1, 20, 24)
    ... )
    >>> frame = model.frame(np.ones((200, 240)))  # a drawing of any size
    >>> jacviz.sensitivity(model, frame.image).jacobian().shape
    (2, 20, 24)

    Raises InputError for fields that are not as described.
    """

    name: str
    """Its key in the registry: up to 64 letters, digits, dots, dashes and underscores."""
    module: _Module = _Module()
    """Set to a `torch.nn.Module`, or to a function without arguments that returns one and is
    called when the module is first read; always read as a module, in eval mode. It takes batches
    (N, C, H, W) and returns (N, M)."""
    labels: Sequence[str]
    """The M class names, all different."""
    input_shape: Shape
    """(C, H, W), without batch axis."""
    preprocess: Preprocess | None = None
    """From a drawing (H, W) of ink in [0, 1] to a `Frame`, or to an image of `input_shape`. By
    default the whole drawing, its aspect ratio kept, area-averaged to (H, W)."""
    baseline: ArrayLike = 0.0
    """The input that means "nothing": a number, or an array that broadcasts to `input_shape`."""
    outputs: Space = "logit"
    """What the module returns: "logit", "log-probability" or "probability"."""
    title: str = ""
    """Its name for display; by default `name`, capitalised."""
    description: str = ""
    """A sentence about it, for display."""
    noun: str = "class"
    """What a label names: "digit", "shape"."""
    weights: Path | None = None
    """The file with its weights, if there is one."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise InputError(
                "expected a name of at most 64 letters, digits, dots, dashes and underscores, "
                f"got {self.name!r}"
            )
        if not callable(self.__dict__["module"]):
            raise InputError(
                "expected module to be a torch.nn.Module or a function that returns one, "
                f"got {type(self.__dict__['module']).__name__}"
            )
        self._set("labels", _checked_labels(self.labels))
        self._set("input_shape", _checked_shape(self.input_shape))
        self._set("baseline", _checked_baseline(self.baseline, self.input_shape))
        if self.outputs not in SPACES:
            raise InputError(
                f"expected outputs to be one of {', '.join(SPACES)}, got {self.outputs!r}"
            )
        if self.preprocess is not None and not callable(self.preprocess):
            raise InputError(
                f"expected preprocess to be callable, got {type(self.preprocess).__name__}"
            )
        if not _NOUN.fullmatch(self.noun):
            raise InputError(f"expected a noun of letters, got {self.noun!r}")
        self._set("title", self.title or self.name.capitalize())

    def __repr__(self) -> str:
        return f"Model(name={self.name!r}, labels={self.labels!r}, input_shape={self.input_shape})"

    @property
    def height(self) -> int:
        """Height of an input in pixels."""
        return self.input_shape[1]

    @property
    def width(self) -> int:
        """Width of an input in pixels."""
        return self.input_shape[2]

    @property
    def subject(self) -> str:
        """What to draw for it, with an article: "a digit"."""
        if self.noun == "class":
            return "an image of one class"
        return f"{'an' if self.noun[0].lower() in 'aeiou' else 'a'} {self.noun}"

    def frame(self, ink: ArrayLike) -> Frame:
        """Preprocess a drawing (H, W) of ink, as `jacviz.frame` takes it.

        The frame's image is (H, W) of `input_shape`, or all of it where C is not 1. Raises
        InputError for invalid ink, and where `preprocess` returns something else.
        """
        if self.preprocess is None:
            framed = letterbox(ink, self.height, self.width)
            return framed if self.input_shape[0] == 1 else self._with_image(framed, framed.image)
        found = self.preprocess(ink)
        if isinstance(found, Frame):
            if found.image.shape == self._image_shape:
                return found
            return self._with_image(found, found.image)
        # The position of a plain image is unknown; assume that it shows the whole drawing.
        placed = letterbox(checked_drawing(ink), self.height, self.width)
        return self._with_image(placed, found)

    def check_outputs(self, count: int) -> None:
        """Raise InputError unless the model has `count` labels."""
        if count != len(self.labels):
            raise InputError(
                f"model {self.name!r}: expected a label for each of its {count} outputs, "
                f"got {len(self.labels)} labels"
            )

    def check_reads_ink(self) -> None:
        """Raise InputError unless an input has one channel, as drawings have."""
        if self.input_shape[0] != 1:
            raise InputError(
                f"model {self.name!r}: expected an input shape (1, H, W) to read a drawing, "
                f"got {self.input_shape}"
            )

    def weights_sha256(self) -> str:
        """Return the SHA-256, in hexadecimal, of the weights file, or else of all tensors."""
        if self.weights is not None:
            return hashlib.sha256(self.weights.read_bytes()).hexdigest()
        digest = hashlib.sha256()
        for name, tensor in sorted(self.module.state_dict().items()):
            array = tensor.detach().cpu().contiguous().numpy()
            digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode() + array.tobytes())
        return digest.hexdigest()

    @property
    def _image_shape(self) -> tuple[int, ...]:
        return self.input_shape[1:] if self.input_shape[0] == 1 else self.input_shape

    def _with_image(self, framed: Frame, image: ArrayLike) -> Frame:
        pixels = np.asarray(image, dtype=np.float32)
        if pixels.ndim == 2 and self.input_shape[0] > 1:
            pixels = np.repeat(pixels[None], self.input_shape[0], axis=0)
        if pixels.shape not in {self.input_shape, self._image_shape}:
            raise InputError(
                f"model {self.name!r}: expected preprocess to return an image of shape "
                f"{self.input_shape}, got {pixels.shape}"
            )
        pixels = np.array(pixels.reshape(self._image_shape))
        pixels.setflags(write=False)
        return Frame(pixels, framed.top, framed.left, framed.scale, framed.empty)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


def _is_module(given: object) -> "TypeIs[nn.Module]":
    # Without PyTorch imported nothing can be a module.
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(given, torch.nn.Module)


def _made(name: str, make: Callable[[], Any]) -> "nn.Module":
    from torch import nn

    module = make()
    if not isinstance(module, nn.Module):
        raise InputError(
            f"model {name!r}: expected its function to return a torch.nn.Module, "
            f"got {type(module).__name__}"
        )
    return module.eval()


def _checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    if isinstance(labels, str) or not all(isinstance(label, str) for label in labels):
        raise InputError(f"expected labels as a sequence of texts, got {labels!r}")
    if not labels or not all(label.strip() for label in labels):
        raise InputError(f"expected one or more labels, none of them blank, got {tuple(labels)}")
    if len(set(labels)) < len(labels):
        raise InputError(f"expected labels that are all different, got {tuple(labels)}")
    return tuple(labels)


def _checked_shape(shape: Sequence[int]) -> Shape:
    sides = tuple(shape)
    whole = all(isinstance(side, int | np.integer) for side in sides)
    if len(sides) != 3 or not whole or not all(1 <= side <= MAX_SIDE for side in sides):
        raise InputError(
            f"expected input_shape as (C, H, W), each from 1 to {MAX_SIDE}, got {sides}"
        )
    channels, height, width = map(int, sides)
    return channels, height, width


def _checked_baseline(baseline: ArrayLike, shape: Shape) -> Float32Array:
    try:
        array = np.array(baseline, dtype=np.float32)
        np.broadcast_to(array, shape)
    except (TypeError, ValueError) as error:
        raise InputError(f"expected a baseline that broadcasts to {shape}, got {error}") from error
    if not np.isfinite(array).all():
        raise InputError("expected a baseline of finite numbers, got NaN or infinity")
    array.setflags(write=False)
    return array
