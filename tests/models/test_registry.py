"""One registry knows every model by name, also those of somebody else's code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import jacviz
from jacviz.models import registry
from jacviz.models.registry import ModelTitles, get_model, model_names, register
from jacviz.models.shipped import WEIGHTS

from shapes import shapes

TESTS = Path(__file__).parents[1]


@pytest.fixture
def empty_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test registers is forgotten after it."""
    monkeypatch.setattr(registry, "_MODELS", dict(registry._MODELS))


def _python(code: str, variable: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "JACVIZ_MODELS": variable, "PYTHONPATH": f"{TESTS.parent}:{TESTS}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_shipped_networks_are_two_entries_with_ten_digits(name: str) -> None:
    model = get_model(name)
    assert model.labels == tuple("0123456789")
    assert (model.input_shape, model.outputs, model.noun) == ((1, 28, 28), "logit", "digit")
    assert model.weights == WEIGHTS[name]
    assert model.description.endswith(".")
    ink = torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(model.module(ink), jacviz.load_lenet5(name)(ink), rtol=0, atol=0)


def test_a_registered_model_is_found_by_its_name(empty_entry: None) -> None:
    before, titles = model_names(), ModelTitles()
    model = shapes()
    assert "shapes" not in titles
    assert register(model) is model
    assert get_model("shapes") is model
    assert model_names() == (*before, "shapes")
    assert dict(titles)["shapes"] == "Shapes"
    assert register(model) is model  # the same one again
    with pytest.raises(jacviz.InputError, match="no other model has, got 'shapes'"):
        register(shapes())


def test_unknown_names_are_refused_with_those_that_there_are() -> None:
    with pytest.raises(jacviz.InputError, match=r"one of standard, readable.*, got 'mine'"):
        get_model("mine")


def test_the_environment_names_functions_that_return_models() -> None:
    found = _python("import jacviz; print(jacviz.model_names())", "shapes:shapes")
    assert found.stdout.strip() == "('standard', 'readable', 'shapes')"


@pytest.mark.parametrize(
    "source",
    [
        "nowhere:shapes",
        *(
            pytest.param(source, marks=pytest.mark.slow)
            for source in ("shapes", "shapes:nothing", "math:pi")
        ),
    ],
)
def test_a_source_that_gives_no_model_is_refused(source: str) -> None:
    found = _python("import jacviz; jacviz.model_names()", source)
    assert "InputError: expected JACVIZ_MODELS to name functions" in found.stderr
    assert f"got {source!r}" in found.stderr


@pytest.mark.parametrize(
    "arguments", [["map", "x.png"], pytest.param(["--no-browser"], marks=pytest.mark.slow)]
)
def test_a_command_says_so_in_one_line(arguments: list[str]) -> None:
    code = f"import sys; sys.argv[1:] = {arguments}; import jacviz.cli; jacviz.cli.main()"
    found = _python(code, "shapes:nothing")
    assert found.returncode == 2
    assert len(found.stderr.splitlines()) == 1
