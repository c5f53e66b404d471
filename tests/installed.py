"""Methods as test parameters: what this machine lacks is skipped with its reason, or, where
JACVIZ_REQUIRE_METHODS is set, fails."""

import os
from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet

from jacviz.autodiff.registry import METHODS


def skip_unless_installed(name: str) -> tuple[pytest.MarkDecorator, ...]:
    """The marks for a test of the method `name`."""
    missing = METHODS[name].missing
    if not missing or os.environ.get("JACVIZ_REQUIRE_METHODS"):
        return ()
    reason = "; ".join(f"needs {need.name}: {need.install_hint}" for need in missing)
    return (pytest.mark.skip(reason=reason),)


def method_params(names: Iterable[str] = METHODS) -> list[ParameterSet]:
    """A parameter for each of these methods."""
    return [pytest.param(name, marks=skip_unless_installed(name), id=name) for name in names]
