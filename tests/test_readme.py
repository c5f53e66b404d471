"""The README: short, and its examples run as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest

README = Path(__file__).parents[1] / "README.md"
MAX_LINES = 150


def examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)


def test_it_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_python_examples_run_one_after_the_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names: dict[str, object] = {}
    for example in examples():
        exec(compile(example, "README.md", "exec"), names)
    logits, jacobian = names["logits"], names["jacobian"]
    assert isinstance(logits, np.ndarray)
    assert isinstance(jacobian, np.ndarray)
    assert (logits.shape, jacobian.shape) == ((10,), (10, 28, 28))
    assert "correct" in capsys.readouterr().out


def test_every_file_it_points_to_exists() -> None:
    text = README.read_text(encoding="utf-8")
    files = re.findall(r"\]\((?!http)([^)#]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    for linked in ("".join(pair) for pair in files):
        if not linked.startswith("https:"):
            assert (README.parent / linked).is_file(), linked


def test_its_tree_names_every_room() -> None:
    text = README.read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (README.parent / "jacviz").glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^  (\w+)/ ", text, re.M))
