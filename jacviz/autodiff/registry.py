"""The registry of methods: what each is, what it requires, and whether that is installed."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

from jacviz.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor, nn

Run: TypeAlias = "Callable[[Tensor], Tensor]"


@dataclass(frozen=True)
class Requirement:
    """Software that a method requires, and how to install it."""

    name: str
    is_available: Callable[[], bool]
    install_hint: str


def _package(name: str, before: tuple[int, int] | None = None) -> Requirement:
    """Return an extra, which may have no release for Python `before` and newer."""
    install_hint = f'pip install "jacviz[{name}]"'
    if before is not None and sys.version_info >= before:
        install_hint = f"a Python older than {before[0]}.{before[1]}, for which it has releases"
    return Requirement(name, lambda: find_spec(name) is not None, install_hint)


def _compiler() -> bool:
    default = {"darwin": "clang++", "win32": "cl"}.get(sys.platform, "g++")
    return shutil.which(os.environ.get("CXX", default)) is not None


_AUTOGRAD = _package("autograd")
_TENSORFLOW = _package("tensorflow", before=(3, 14))
_JAX = _package("jax")
_COMPILER = Requirement("a C++ compiler", _compiler, "install g++ or clang++, or set CXX to one")


@dataclass(frozen=True)
class Method:
    """One method of computing a Jacobian.

    `entry_point` is its module and function, as "file:function", imported by `prepare`.
    `supports_any_module` is true if it works for every module.
    """

    name: str
    about: str
    entry_point: str
    needs: tuple[Requirement, ...] = ()
    supports_any_module: bool = False

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """The requirements that are not installed."""
        return tuple(need for need in self.needs if not need.is_available())

    @property
    def installed(self) -> bool:
        return not self.missing

    def prepare(self, model: "nn.Module", x: "Tensor") -> Run:
        """Return a function from inputs like `x` to Jacobians (M, *x.shape), with set-up done.

        `model` and `x` must have passed `jacviz.autodiff.inputs.checked_input`. Set-up and run
        happen outside torch.inference_mode. Raises InputError for missing requirements and, here
        or in the returned function, for modules that the method cannot express.
        """
        from jacviz.compiler.autograd_mode import in_normal_mode, normal_module, normal_tensor

        if self.missing:
            missing = "; ".join(f"{need.name} ({need.install_hint})" for need in self.missing)
            raise InputError(f"method {self.name!r} needs {missing}")
        file, function = self.entry_point.split(":")
        try:
            prepare = in_normal_mode(getattr(import_module(f"jacviz.autodiff.{file}"), function))
            run: Run = prepare(normal_module(model), normal_tensor(x))
        except Exception as error:
            raise self._refusal(error) from error

        @in_normal_mode
        def guarded(x: "Tensor") -> "Tensor":
            try:
                return run(normal_tensor(x)).detach()
            except Exception as error:
                raise self._refusal(error) from error

        return guarded

    def _refusal(self, error: Exception) -> InputError:
        others = ", ".join(repr(m.name) for m in METHODS.values() if m.supports_any_module)
        return InputError(
            f"method {self.name!r} cannot express this module: {error}; {others} take any module"
        )

    def __str__(self) -> str:
        state = "" if self.installed else "  [not installed: " + self.missing[0].install_hint + "]"
        return f"{self.name}: {self.about}{state}"


METHODS = {
    method.name: method
    for method in (
        Method(
            "loop",
            "The forum's: one backward pass with a one-hot gradient for each output.",
            "loop:prepare",
            supports_any_module=True,
        ),
        Method(
            "functional",
            "torch.autograd.functional.jacobian, which loops in the same way.",
            "functional:plain",
            supports_any_module=True,
        ),
        Method(
            "functional-vectorized",
            "torch.autograd.functional.jacobian with vectorize=True: all backward passes at once.",
            "functional:vectorized",
        ),
        Method(
            "func",
            "torch.func.jacrev: one backward pass that carries all outputs, or groups of them.",
            "func:reverse",
        ),
        Method(
            "func-forward",
            "torch.func.jacfwd: forward derivatives, one for each input.",
            "func:forward",
        ),
        Method(
            "batched",
            "As many copies of the input as there are outputs, and one backward pass.",
            "batched:prepare",
        ),
        Method(
            "traced",
            "The operations that torch.func.jacrev comes down to, traced once and replayed.",
            "traced:prepare",
        ),
        Method(
            "torch-compile",
            "The same operations compiled to C++ by torch.compile.",
            "torch_compile:prepare",
            needs=(_COMPILER,),
        ),
        Method(
            "layers",
            "NumPy, layer by layer: forward with caches, backward with all outputs at once.",
            "layers:prepare",
        ),
        Method(
            "autograd",
            "The jacobian function of HIPS/autograd on the network written in its NumPy.",
            "hips_autograd:prepare",
            needs=(_AUTOGRAD,),
        ),
        Method(
            "tensorflow",
            "TensorFlow, one gradient for each output, the graph built again on every call.",
            "tensorflow:rebuilt",
            needs=(_TENSORFLOW,),
        ),
        Method(
            "tensorflow-graph",
            "TensorFlow, one gradient for each output, the graph built once.",
            "tensorflow:built_once",
            needs=(_TENSORFLOW,),
        ),
        Method(
            "tensorflow-tape",
            "TensorFlow's GradientTape.jacobian in a tf.function.",
            "tensorflow:tape",
            needs=(_TENSORFLOW,),
        ),
        Method(
            "jax",
            "JAX, jit(jacrev) of the network written in its NumPy.",
            "jax:prepare",
            needs=(_JAX,),
        ),
        Method(
            "compiled",
            "jacviz's compiled graph, in single precision whatever the input's.",
            "compiled:prepare",
            supports_any_module=True,
        ),
    )
}


def methods() -> dict[str, Method]:
    """Return all methods by name: what each is, what it needs, and whether it is installed.

    >>> print(jacviz.methods()["func"])
    func: torch.func.jacrev: one backward pass that carries all outputs, or groups of them.
    >>> jacviz.methods()["compiled"].installed
    True
    """
    return dict(METHODS)


def method_named(name: str) -> Method:
    """Return the method of this name; raises InputError for an unknown one."""
    if name not in METHODS:
        names = ", ".join(map(repr, METHODS))
        raise InputError(f"expected a method, one of {names}; got {name!r}")
    return METHODS[name]
