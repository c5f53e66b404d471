"""The public namespace: complete, documented, lazy, and still what older scripts and links use."""

import doctest
import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

import jacviz
from jacviz import explain
from jacviz.app import state
from jacviz.explain.attributions import attribute
from jacviz.export import link_codec

PUBLIC: tuple[ModuleType, ...] = (jacviz, explain)
NAMES = [(module, name) for module in PUBLIC for name in module.__all__]

# As jacviz exported scripts before the modules were renamed: a bar with a flag, 98 x 98 pixels.
DRAWING = "1eNpLYkhiEGGQY7BhEGdoGDSAARX8h4JR4VHhUeFR4SEsDADgwvSp"
GRADIENT_SCRIPT = f"""\
# pip install jacviz
import jacviz
from jacviz import sharing

drawing = "{DRAWING}"
frame = jacviz.frame(sharing.decode(drawing))  # what the network sees: frame.image, 28 x 28
model = jacviz.load_lenet5("readable")
answer = jacviz.sensitivity(model, frame.image)
J = answer.jacobian("logit")  # (10, 28, 28): class, row, column
for digit, (p, one) in enumerate(zip(answer.probabilities, J)):
    print(digit, f"{{p:.4f}}  largest derivative {{abs(one).max():.4g}}")
"""
ATTRIBUTION_SCRIPT = f"""\
# pip install jacviz
import jacviz
from jacviz import questions, sharing

drawing = "{DRAWING}"
frame = jacviz.frame(sharing.decode(drawing))  # what the network sees: frame.image, 28 x 28
graph = jacviz.compile_jacobian(jacviz.load_lenet5("standard"), frame.image[None])
answer = jacviz.sensitivity(graph, frame.image)
maps = questions.attribute(graph, frame.image, "integrated-gradients", "probability").maps
for digit, (p, one) in enumerate(zip(answer.probabilities, maps)):
    print(digit, f"{{p:.4f}}  largest in its map {{abs(one).max():.4g}}")
"""


def run_python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout


def printed(probabilities: np.ndarray, maps: np.ndarray, what: str) -> str:
    return "".join(
        f"{digit} {p:.4f}  {what} {abs(one).max():.4g}\n"
        for digit, (p, one) in enumerate(zip(probabilities, maps, strict=True))
    )


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_all_is_the_namespace(module: ModuleType) -> None:
    assert set(dir(module)) == set(module.__all__)
    assert list(module.__all__) == sorted(set(module.__all__))
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError):
        _ = module.no_such_name


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_listing_the_namespace_imports_none_of_it(module: ModuleType) -> None:
    found = run_python(
        f"import sys, json, {module.__name__} as module\n"
        "names = dir(module)\n"
        "print(json.dumps([names, 'torch' in sys.modules]))"
    )
    assert json.loads(found) == [sorted(module.__all__), False]


@pytest.mark.parametrize(
    ("module", "name"), NAMES, ids=lambda each: getattr(each, "__name__", each)
)
def test_every_name_is_documented(module: ModuleType, name: str) -> None:
    public = getattr(module, name)
    if callable(public):
        first = (public.__doc__ or "").splitlines()[0]
        assert first.endswith("."), f"{name}: {first!r}"
        # What a dataclass writes for want of a docstring.
        assert not first.startswith(f"{name}(")
    else:
        assert f"`{name}`" in (module.__doc__ or "")


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_run(module: ModuleType) -> None:
    names = {"jacviz": jacviz, "np": np, "torch": torch}
    parse, find = doctest.DocTestParser().get_doctest, doctest.DocTestFinder().find
    examples = [parse(module.__doc__ or "", dict(names), module.__name__, None, None)]
    for name in module.__all__:
        public = getattr(module, name)
        if callable(public):
            home = importlib.import_module(public.__module__)
            examples += find(public, name, home, globs=dict(names))
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    for example in examples:
        runner.run(example, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)
    assert runner.tries >= 3


def test_aliases_of_older_modules_are_the_same_objects() -> None:
    from jacviz import questions, sharing

    assert sharing.decode is link_codec.decode
    assert sharing.encode is link_codec.encode
    for name in explain.__all__:
        assert getattr(questions, name) is getattr(explain, name)


def test_an_exported_script_of_before_the_renaming_prints_the_librarys_numbers() -> None:
    image = jacviz.frame(link_codec.decode(DRAWING)).image
    expected = jacviz.sensitivity(jacviz.load_lenet5("readable"), image)
    wanted = printed(expected.probabilities, expected.jacobian("logit"), "largest derivative")
    assert run_python(GRADIENT_SCRIPT) == wanted


@pytest.mark.slow
def test_an_exported_script_of_maps_of_before_the_renaming_prints_the_librarys_numbers() -> None:
    image = jacviz.frame(link_codec.decode(DRAWING)).image
    graph = jacviz.compile_jacobian(jacviz.load_lenet5("standard"), image[None])
    maps = attribute(graph, image, "integrated-gradients", "probability").maps
    wanted = printed(jacviz.sensitivity(graph, image).probabilities, maps, "largest in its map")
    assert run_python(ATTRIBUTION_SCRIPT) == wanted


def test_a_link_of_before_the_renaming_is_read_as_the_same_state() -> None:
    link = (
        f"?drawing={DRAWING}&space=logit&scale=each&network=readable&method=smoothgrad"
        "&tool=versus&pixel=3-14&a=7&b=1&overlay=top&opacity=35&present=1"
    )
    found, complaints = state.parse_query(link)
    assert complaints == ()
    assert found == state.State(
        drawing=DRAWING,
        space="logit",
        scale="each",
        network="readable",
        method="smoothgrad",
        tool="versus",
        pixel=(3, 14),
        a=7,
        b=1,
        overlay="top",
        opacity=35,
        present=True,
    )
    assert state.format_query(found) == link.removeprefix("?")


def test_help_imports_none_of_the_large_packages() -> None:
    found = run_python(
        "import runpy, sys\n"
        "sys.argv = ['jacviz', '--help']\n"
        "try:\n"
        "    runpy.run_module('jacviz', run_name='__main__')\n"
        "except SystemExit as left:\n"
        "    assert left.code == 0\n"
        "large = {'numpy', 'plotly', 'scipy', 'starlette', 'streamlit', 'torch'}\n"
        "print('imported:', sorted(large & sys.modules.keys()))\n"
    )
    assert "Usage: " in found
    assert found.endswith("imported: []\n")


def test_the_package_is_typed_by_its_stub() -> None:
    for module in PUBLIC:
        assert Path(str(module.__file__)).with_suffix(".pyi").is_file()
