"""The models by name.

Those that ship with jacviz are registered from the start. `register` adds others in the same
process. For another process, the page's server or the `jacviz` command, the environment
variable JACVIZ_MODELS names functions of your own code, as "package.module:function" separated by
commas: each is called without arguments when a model is first asked for, and returns a
`jacviz.Model` or several. The modules must be importable (PYTHONPATH).
"""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from jacviz.errors import InputError
from jacviz.models.model import Model
from jacviz.models.shipped import READABLE, STANDARD, WEIGHTS
from jacviz.preprocessing import mnist

if TYPE_CHECKING:
    from jacviz.models.lenet5 import LeNet5

VARIABLE = "JACVIZ_MODELS"


def register(model: Model) -> Model:
    """Register a model and return it.

    >>> jacviz.register(jacviz.get_model("standard")).name  # again: no change
    'standard'

    Raises InputError where another model has its name.
    """
    if not isinstance(model, Model):
        raise InputError(f"expected a jacviz.Model, got {type(model).__name__}")
    with _LOCK:
        if _MODELS.setdefault(model.name, model) is not model:
            raise InputError(
                f"expected a name that no other model has, got {model.name!r}; "
                f"taken are {', '.join(_MODELS)}"
            )
    return model


def get_model(name: str) -> Model:
    """Return the model with this name.

    >>> jacviz.get_model("readable").labels[-1]
    '9'

    Raises InputError where there is none.
    """
    _add_from_environment()
    if name not in _MODELS:
        raise InputError(f"expected a model's name, one of {', '.join(_MODELS)}, got {name!r}")
    return _MODELS[name]


def model_names() -> tuple[str, ...]:
    """List the names of all models, those that ship with jacviz first.

    >>> jacviz.model_names()[:2]
    ('standard', 'readable')
    """
    _add_from_environment()
    return tuple(_MODELS)


def model_source(name: str) -> str | None:
    """Return the entry of JACVIZ_MODELS that a model came from; None for any other."""
    _add_from_environment()
    return _SOURCES.get(name)


class ModelTitles(Mapping[str, str]):
    """Every model's title by its name, also of models that are registered later."""

    def __getitem__(self, name: str) -> str:
        if name not in model_names():
            raise KeyError(name)
        return get_model(name).title

    def __iter__(self) -> Iterator[str]:
        return iter(model_names())

    def __len__(self) -> int:
        return len(model_names())


def _add_from_environment() -> None:
    if not _PENDING:
        return
    with _LOCK:
        while _PENDING:
            source = _PENDING.pop(0)
            try:
                for model in _returned_by(source):
                    _SOURCES[register(model).name] = source
            except BaseException:
                _PENDING.insert(0, source)
                raise


def _returned_by(source: str) -> Iterable[Model]:
    module, _, function = source.partition(":")
    try:
        found = getattr(import_module(module), function)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"expected {VARIABLE} to name functions as package.module:function, "
            f"got {source!r}: {error}"
        ) from error
    return (found,) if isinstance(found, Model) else tuple(found)


def _lenet5(name: str) -> "LeNet5":
    # PyTorch is imported when the network is first used.
    from jacviz.models.lenet5 import load_lenet5

    return load_lenet5(name)


def _shipped(name: str, title: str, description: str) -> Model:
    return Model(
        name=name,
        module=partial(_lenet5, name),
        labels=tuple("0123456789"),
        input_shape=(1, mnist.SIDE, mnist.SIDE),
        preprocess=mnist.frame,
        title=title,
        description=description,
        noun="digit",
        weights=WEIGHTS[name],
    )


_LOCK = threading.RLock()
_SOURCES: dict[str, str] = {}
_PENDING = [each for each in map(str.strip, os.environ.get(VARIABLE, "").split(",")) if each]
_MODELS = {
    each.name: each
    for each in (
        _shipped(
            STANDARD,
            "Standard",
            "Trained on augmented digits for accuracy; its maps scatter over the frame.",
        ),
        _shipped(
            READABLE,
            "Readable",
            "Trained on adversarially perturbed digits; its maps follow the strokes.",
        ),
    )
}
