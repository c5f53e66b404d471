"""Select the backend that runs a plan."""

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from jacviz.compiler.backends.numpy.backend import NumpyBackend
from jacviz.compiler.ir import Plan
from jacviz.errors import InputError

if TYPE_CHECKING:
    from jacviz.compiler.backends.llvm.backend import NativeBackend

_log = logging.getLogger(__name__)

_NOT_INSTALLED = "llvmlite is not installed"

BackendName: TypeAlias = Literal["auto", "numpy", "llvm"]


def check_backend_name(wanted: BackendName) -> BackendName:
    """Return `wanted` if it names a backend; raises InputError otherwise."""
    if wanted not in get_args(BackendName):
        raise InputError(f"expected backend 'auto', 'numpy' or 'llvm', got {wanted!r}")
    return wanted


def choose_backend(plan: Plan, wanted: BackendName = "auto") -> "NumpyBackend | NativeBackend":
    """Use native code where llvmlite is installed and agrees with NumPy, otherwise NumPy.

    "numpy" is always NumPy; "llvm" raises InputError where llvmlite is missing.
    """
    if check_backend_name(wanted) == "numpy":
        return NumpyBackend(plan)
    if find_spec("llvmlite") is None:
        if wanted == "llvm":
            raise InputError("the backend 'llvm' needs llvmlite: pip install llvmlite")
        _log.info("%s, NumPy instead of native code", _NOT_INSTALLED)
        return NumpyBackend(plan, reason=_NOT_INSTALLED)
    if (broken := llvmlite_failure()) is not None:
        if wanted == "llvm":
            raise InputError(f"the backend 'llvm' needs llvmlite to work; {broken}")
        return NumpyBackend(plan, reason=broken)
    from jacviz.compiler.backends.llvm.backend import checked_backend

    return checked_backend(plan)


@cache
def llvmlite_failure() -> str | None:
    """Return why an installed llvmlite does not work, logged once; None if it works."""
    try:
        import_module("jacviz.compiler.backends.llvm.jit").initialise()
    except Exception as error:
        # AttributeError for other versions, OSError for a file that the loader rejects,
        # RuntimeError from LLVM.
        reason = f"llvmlite is installed but broken: {type(error).__name__}: {error}"
        _log.warning("%s; NumPy instead of native code", reason)
        return reason
    return None
