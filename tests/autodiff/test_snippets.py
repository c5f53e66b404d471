"""What the second page offers for copying runs, and gives the same Jacobian as jacviz."""

import ast
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import jacviz
from jacviz.autodiff import reference
from jacviz.autodiff.snippets import FOLDER, snippet

from installed import method_params

METHODS = jacviz.methods()


def _run(method: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(snippet(method), f"the snippet of {method}", "exec"), names)
    return names


def _toy(names: dict[str, Any]) -> nn.Module:
    """The snippet's network as a PyTorch module."""
    model = nn.Sequential(nn.Linear(500, 100), nn.ReLU(), nn.Linear(100, 10), nn.Softmax(-1))
    arrays = (names[name] for name in ("W1", "b1", "W2", "b2"))
    for parameter, array in zip(model.parameters(), arrays, strict=True):
        parameter.data = torch.tensor(array)
    return model


@pytest.mark.parametrize("method", method_params())
def test_a_snippet_ends_with_the_jacobian(method: str) -> None:
    names = _run(method)
    model = names.get("model") or _toy(names)
    x = torch.as_tensor(names["x"]).detach()
    found = np.asarray(names["J"])
    expected = reference.jacobian(model, x).numpy()
    assert found.shape == (10, *x.shape)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_allclose(
        found, jacviz.jacobian(model, x, method="loop"), rtol=0, atol=1e-5 * np.abs(expected).max()
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_snippet_is_short_and_its_last_statement_makes_the_jacobian(method: str) -> None:
    text = snippet(method)
    assert 5 <= sum(line.strip() != "" for line in text.splitlines()) <= 16
    last = ast.unparse(ast.parse(text).body[-1])
    assert "J = " in last or "J[k] = " in last


def test_there_is_a_snippet_for_each_method_and_no_other() -> None:
    assert {file.stem for file in FOLDER.glob("*.py")} == {
        "by_" + name.replace("-", "_") for name in METHODS
    }
