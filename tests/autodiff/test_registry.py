"""The list of methods, and what is imported for it."""

import subprocess
import sys
from itertools import permutations

import pytest

import jacviz
from jacviz.autodiff import registry

OPTIONAL = "tensorflow", "jax", "autograd"
ORDERS = "import jacviz.autodiff.loop", "import jacviz.autodiff.registry", "jacviz.methods()"


def _in_a_fresh_python(code: str) -> str:
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_each_method_says_what_it_is_and_what_it_needs() -> None:
    methods = jacviz.methods()
    assert next(iter(methods)) == "loop"
    assert {"functional", "func", "batched", "traced", "layers", "compiled"} <= {
        name for name, method in methods.items() if method.installed
    }
    for name, method in methods.items():
        assert method.name == name
        assert method.about.endswith(".")
    assert methods["jax"].needs[0].name == "jax"


def test_a_method_that_is_not_installed_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    method = jacviz.methods()["jax"]
    assert not method.installed
    assert 'pip install "jacviz[jax]"' in str(method)
    with pytest.raises(jacviz.InputError, match=r'needs jax \(pip install "jacviz\[jax\]"\)'):
        jacviz.jacobian(jacviz.load_lenet5(), [[[0.0] * 28] * 28], method="jax")


def test_a_compiler_is_looked_for_where_pytorch_does(monkeypatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert not jacviz.methods()["torch-compile"].installed


def test_an_unknown_method_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        jacviz.InputError, match=r"expected a method, one of 'loop'.*; got 'forward'"
    ):
        jacviz.jacobian(jacviz.load_lenet5(), [[[0.0] * 28] * 28], method="forward")


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(order, marks=[pytest.mark.slow] if number else [])
        for number, order in enumerate(permutations(ORDERS))
    ],
)
def test_function_and_rooms_live_together_in_any_order(order: tuple[str, ...]) -> None:
    lines = "; ".join(["import jacviz", *order, "jacviz.methods(); print(jacviz.check.__name__)"])
    assert _in_a_fresh_python(lines + "; import jacviz.gradcheck.check; jacviz.check") == "check"


@pytest.mark.parametrize(
    "imports",
    [
        "import jacviz; jacviz.methods()",
        pytest.param(
            "import jacviz.autodiff.jacobian, jacviz.gradcheck.check", marks=pytest.mark.slow
        ),
        "import jacviz.cli.main, jacviz.cli.check, jacviz.benchmarks.jacobian",
        "import jacviz; jacviz.jacobian(jacviz.load_lenet5(), [[[0.0] * 28] * 28], method='func')",
        "import jacviz.app.asgi, jacviz.app.main_page",
    ],
)
def test_optional_libraries_are_imported_only_when_asked_for(imports: str) -> None:
    code = f"{imports}\nimport sys; print([n for n in {OPTIONAL} if n in sys.modules])"
    assert _in_a_fresh_python(code) == "[]"


APP = """
from streamlit.testing.v1 import AppTest
from jacviz.resources import APP
page = AppTest.from_file(str(APP), default_timeout=60).run()
assert not page.exception, page.exception
"""


def test_the_running_app_imports_no_optional_library() -> None:
    code = f"{APP}\nimport sys; print([n for n in {OPTIONAL} if n in sys.modules])"
    assert _in_a_fresh_python(code) == "[]"


def test_the_library_at_work_imports_neither_streamlit_nor_an_optional_library() -> None:
    code = (
        "import jacviz, numpy, sys; model = jacviz.load_lenet5(); ink = numpy.eye(60)\n"
        "image = jacviz.frame(ink).image; jacviz.sensitivity(model, image)\n"
        "jacviz.compile_jacobian(model, image[None]); jacviz.check(model, image[None], pixels=1)\n"
        f"print([n for n in ('streamlit', *{OPTIONAL}) if n in sys.modules])"
    )
    assert _in_a_fresh_python(code) == "[]"


def test_importing_jacviz_imports_neither_streamlit_nor_pytorch() -> None:
    code = "import jacviz, sys; jacviz.methods(); print({'streamlit', 'torch'} & {*sys.modules})"
    assert _in_a_fresh_python(code) == "set()"


@pytest.mark.slow
@pytest.mark.skipif(not registry.METHODS["tensorflow"].installed, reason="needs TensorFlow")
def test_tensorflow_and_what_pytorch_compiles_with_live_in_one_process() -> None:
    code = (
        "import jacviz, torch; model = torch.nn.Linear(3, 2); x = torch.ones(3)\n"
        "for method in ('tensorflow-graph', 'func', 'compiled'):\n"
        "    J = jacviz.jacobian(model, x, method=method)\n"
        "    torch.testing.assert_close(J, model.weight.detach())\n"
        "import torch._dynamo"
    )
    assert _in_a_fresh_python(code) == ""
