"""The script that a page offers, run as it stands."""

import re

import numpy as np
import pytest

from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError
from jacviz.explain import attribute
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, AttributionName
from jacviz.explain.sensitivity import sensitivity
from jacviz.export.script import script
from jacviz.models.lenet5 import load_lenet5
from jacviz.models.shipped import WEIGHTS
from jacviz.output_spaces import SPACES, Space
from jacviz.preprocessing.mnist import frame


def a_drawing() -> np.ndarray:
    canvas = np.zeros((98, 98), np.uint8)
    canvas[20:80, 45:53] = 255
    canvas[20:26, 30:53] = 128
    return canvas


@pytest.mark.parametrize("network", WEIGHTS)
@pytest.mark.parametrize("space", SPACES)
def test_the_script_gives_the_numbers_of_the_drawing(
    capsys: pytest.CaptureFixture[str], space: Space, network: str
) -> None:
    text = script(a_drawing(), space, network)
    names: dict[str, object] = {}
    exec(compile(text, "script.py", "exec"), names)
    expected = sensitivity(load_lenet5(network), frame(a_drawing()).image)
    np.testing.assert_array_equal(names["J"], expected.jacobian(space))
    printed = re.findall(r"^(\d) (\S+)  largest derivative (\S+)$", capsys.readouterr().out, re.M)
    assert [int(digit) for digit, _, _ in printed] == list(range(10))
    for k, p, largest in printed:
        assert float(p) == pytest.approx(expected.probabilities[int(k)], abs=5e-5)
        found = np.abs(expected.jacobian(space)[int(k)]).max()
        assert float(largest) == pytest.approx(found, rel=1e-3)


@pytest.mark.parametrize("method", [name for name in ATTRIBUTION_NAMES if name != "gradient"])
def test_the_script_gives_the_other_kinds_of_maps(
    capsys: pytest.CaptureFixture[str], method: AttributionName
) -> None:
    names: dict[str, object] = {}
    exec(compile(script(a_drawing(), "logit", "readable", method), "script.py", "exec"), names)
    image = frame(a_drawing()).image
    graph = compile_jacobian(load_lenet5("readable"), image[None])
    expected = attribute(graph, image, method, "logit").maps
    np.testing.assert_array_equal(names["maps"], expected)
    printed = re.findall(r"largest in its map (\S+)$", capsys.readouterr().out, re.M)
    assert [float(one) for one in printed] == pytest.approx(
        list(np.abs(expected).max(axis=(1, 2))), rel=1e-3
    )


@pytest.mark.parametrize("method", ATTRIBUTION_NAMES)
def test_the_script_is_short_and_only_the_drawing_is_a_long_one(method: AttributionName) -> None:
    lines = [line for line in script(a_drawing(), method=method).splitlines() if line]
    assert len(lines) <= 14
    assert all(len(line) <= 100 for line in lines if not line.startswith("drawing"))


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="one of 'probability'"):
        script(a_drawing(), "odds")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="one of standard, readable"):
        script(a_drawing(), network="other")
    with pytest.raises(InputError, match="one of gradient, gradient-x-ink"):
        script(a_drawing(), method="lrp")  # type: ignore[arg-type]
