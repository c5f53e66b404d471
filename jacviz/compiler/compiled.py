"""Compile a module to a function that returns its outputs and their Jacobian."""

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.compiler.autograd_mode import in_normal_mode, normal_module
from jacviz.compiler.backends.selection import BackendName, check_backend_name, choose_backend
from jacviz.compiler.backends.torch_fx import TorchBackend
from jacviz.compiler.batch import Result, stream
from jacviz.compiler.fork_safety import limit_threads_after_fork
from jacviz.compiler.frontend.fx import UnsupportedModuleError, plan_from_module
from jacviz.compiler.inputs import (
    Input,
    check_model,
    checked_example,
    checked_input,
    checked_outputs,
    reference_tensor,
)
from jacviz.compiler.ir import Plan, Shape, Softmax
from jacviz.compiler.module_copies import private_copy
from jacviz.compiler.passes import fold
from jacviz.compiler.printer import describe
from jacviz.compiler.verification import disagreement
from jacviz.errors import InputError
from jacviz.models.model import Model
from jacviz.typing import Float32Array

if TYPE_CHECKING:
    from jacviz.compiler.backends.wasm.program import WebAssemblyProgram

_log = logging.getLogger(__name__)

# Lower bound of a probability before its logarithm, where the logits are not available.
PROBABILITY_FLOOR = 1e-30


class Backend(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def reason(self) -> str | None:
        """Why native code was requested for a plan and is not used."""
        ...

    @property
    def memory(self) -> str | None: ...
    def __call__(self, x: Float32Array) -> tuple[Float32Array, Float32Array]: ...


class CompiledJacobian:
    """Call it with one input: (outputs (M,), Jacobian (M, *input shape)), float32, your own.

    An input has no batch axis, is shaped like the example (for (1, H, W) a bare (H, W) will do),
    and holds finite floating point numbers; anything else raises InputError. Calls are
    thread-safe. Printing it shows its steps and its backend.

    It can be copied, forked, and pickled for another process: the pickle holds the plan with its
    constants, and code is generated again there. Without a plan it holds the module.
    """

    def __init__(
        self,
        backend: Backend,
        input_shape: Shape,
        outputs: int,
        *,
        plan: Plan | None,
        fallback: str | None,
        log_outputs: bool,
    ) -> None:
        self._backend = backend
        self.input_shape = input_shape
        self.outputs = outputs
        self.plan = plan
        self.fallback = fallback
        self.log_outputs = log_outputs
        limit_threads_after_fork()

    def __copy__(self) -> Self:
        # Instances are immutable: copies share everything.
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.__copy__()

    def __getstate__(self) -> dict[str, Any]:
        if self.plan is None:
            return dict(self.__dict__)
        # Machine code is valid in this process only.
        asked_for_numpy = self._backend.name == "numpy" and self._backend.reason is None
        return {**self.__dict__, "_backend": "numpy" if asked_for_numpy else "auto"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.plan is not None:
            self._backend = choose_backend(self.plan, state["_backend"])
        limit_threads_after_fork()

    @property
    def backend(self) -> str:
        """The backend's name: for example "llvm, avx512", "numpy", or "torch, traced"."""
        return self._backend.name

    @property
    def why(self) -> str | None:
        """Why it is not native code; None if it is, or if it was not requested."""
        return self._backend.reason or (self.fallback and f"no plan, because of {self.fallback}")

    def __call__(self, x: Input) -> tuple[Float32Array, Float32Array]:
        array = checked_input(x, self.input_shape)
        outputs, jacobian = self._backend(array.reshape(-1))
        return outputs, jacobian.reshape(self.outputs, *array.shape)

    def batch(self, images: Iterable[Input], *, workers: int | None = None) -> Iterator[Result]:
        """Yield (outputs, Jacobian) of every image, in order, bit for bit as single calls do.

        `images` is an array with a batch axis or any iterable of inputs; it is consumed lazily, so
        that memory stays bounded. `workers` is the number of threads, by default one per core.
        """
        return stream(self, images, workers)

    def to_wasm(self, *, relaxed: bool = False) -> "WebAssemblyProgram":
        """Compile the plan to a WebAssembly module for browsers: module, constants, layout.

        It computes what a call does, four numbers at a time; with `relaxed` multiplications and
        additions are fused where the engine can, which needs relaxed SIMD. Needs llvmlite. Raises
        InputError for a graph without a plan, and for one that is too large.
        """
        if self.plan is None:
            raise InputError(f"expected a graph with a plan, got none because of {self.fallback}")
        from jacviz.compiler.backends.wasm.program import compile_wasm

        return compile_wasm(self.plan, relaxed=relaxed)

    def __str__(self) -> str:
        backend = f"{self.backend} ({self.why})" if self.why else self.backend
        return describe(self.plan, backend, self._backend.memory, self.input_shape, self.outputs)


def compile_jacobian(
    model: nn.Module | Model,
    example: Input | None = None,
    *,
    log_outputs: bool = False,
    backend: BackendName = "auto",
) -> CompiledJacobian:
    """Compile the outputs and the Jacobian of `model` for inputs shaped like `example`.

    `example` is one input without its batch axis; the module is called on `example[None]` and may
    return any number M of outputs, which are differentiated as they are. With `log_outputs` their
    logarithms are: computed from the logits where the module ends in a softmax, otherwise from
    outputs clamped to PROBABILITY_FLOOR. The weights are copied: later changes of the module have
    no effect, and the module is not modified. Dropout and batch norm must be in eval mode.
    Derivatives are those of autograd, as `jacviz.jacobian` says. Without a plan PyTorch runs the
    module, many times slower; `fallback` and a warning in the log give the reason.

    A `jacviz.Model` needs no example. If it returns probabilities, their logarithms are
    differentiated.

    The `backend` "auto" is native code where llvmlite works and agrees with NumPy, else NumPy;
    "numpy" is always NumPy; "llvm" raises InputError where llvmlite is missing or broken.

    >>> compiled = jacviz.compile_jacobian(jacviz.load_lenet5(), torch.zeros(1, 28, 28))
    >>> logits, jacobian = compiled(np.zeros((1, 28, 28), np.float32))
    >>> logits.shape, jacobian.shape
    ((10,), (10, 1, 28, 28))

    Raises InputError for a module in training mode, one whose outputs vary, one that autograd
    cannot differentiate, an example that the module rejects, and a `jacviz.Model` whose
    labels are not as many as its outputs.
    """
    return compile_module(model, example, log_outputs=log_outputs, trace=True, backend=backend)


@in_normal_mode
def compile_module(
    model: nn.Module | Model,
    example: Input | None,
    *,
    log_outputs: bool,
    trace: bool,
    backend: BackendName = "auto",
) -> CompiledJacobian:
    """Like compile_jacobian; without `trace`, skip tracing and native code generation.

    Both are worth their set-up time only after some hundred calls.
    """
    if isinstance(model, Model):
        compiled = compile_module(
            model.module,
            np.zeros(model.input_shape, np.float32),
            log_outputs=log_outputs or model.outputs == "probability",
            trace=trace,
            backend=backend,
        )
        model.check_outputs(compiled.outputs)
        return compiled
    check_model(model)
    if example is None:
        raise InputError(
            "expected an array or tensor as an example of the module's input, got NoneType"
        )
    check_backend_name(backend)
    model = _frozen_copy(normal_module(model))
    trial = private_copy(model, share_parameters=True)
    batch, outputs = _run_example(trial, checked_example(example).clone())
    shape = tuple(batch.shape[1:])
    plan, fallback = _plan(model, batch, log_outputs=log_outputs)
    runs: Backend
    if plan is None:
        logged = LogOutputs(model) if log_outputs else model
        runs = TorchBackend(logged, batch[0], trace=trace)
        _warn_once(f"no plan, because of {fallback}: {runs.name!r} runs it, much more slowly")
    else:
        runs = choose_backend(plan, backend if trace else "numpy")
    return CompiledJacobian(
        runs,
        shape,
        outputs.numel(),
        plan=plan,
        fallback=fallback,
        log_outputs=log_outputs,
    )


class LogOutputs(nn.Module):
    """The logarithms of a module's outputs, of at least PROBABILITY_FLOOR each."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        return torch.log(self.model(x).clamp_min(PROBABILITY_FLOOR))


@lru_cache(maxsize=256)
def _warn_once(message: str) -> None:
    """Log a warning, once per message: compiling the same module again repeats it."""
    _log.warning("%s", message)


def _frozen_copy(model: nn.Module) -> nn.Module:
    model = private_copy(model)
    for parameter in model.parameters():
        if parameter.is_leaf:
            parameter.requires_grad_(False)
        parameter.grad = None
    return model


def _run_example(model: nn.Module, example: Tensor) -> tuple[Tensor, Tensor]:
    """Return the batch that the module accepts, made of the example, and its outputs."""
    reference = reference_tensor(model)
    example = example.to(reference if reference is not None else torch.float32)
    batches = [example[None]] + ([example[None, None]] if example.ndim == 2 else [])
    failure: Exception | None = None
    for batch in batches:
        try:
            return batch, checked_outputs(model, batch)
        except InputError:
            raise
        except Exception as error:
            failure = failure or error
    raise InputError(
        f"expected an example that the model takes with a batch axis in front, got a batch of "
        f"shape {tuple(batches[0].shape)}, which it does not take: {failure}"
    ) from failure


def _plan(model: nn.Module, batch: Tensor, *, log_outputs: bool) -> tuple[Plan | None, str | None]:
    """Return the folded plan, or None and the reason why there is none."""
    name = type(model).__name__
    try:
        plan = fold(plan_from_module(model, batch))
        reason = disagreement(plan, model, batch, single_precision=True)
    except UnsupportedModuleError as error:
        return None, str(error)
    except Exception as error:
        return None, f"{name}: its plan does not run: {type(error).__name__}: {error}"
    if reason:
        return None, f"{name}: {reason}"
    if log_outputs:
        if not plan.ends_in_softmax:
            return None, f"{name}: it does not end in a softmax"
        last = plan.steps[-1]
        assert isinstance(last, Softmax)
        if last.log:
            raise InputError(
                "expected a model that returns probabilities for log_outputs=True, got one that "
                "ends in a log-softmax; drop log_outputs"
            )
        steps = (*plan.steps[:-1], Softmax(source=last.source, result=last.result, log=True))
        plan = Plan(plan.source, steps)
    return plan, None
